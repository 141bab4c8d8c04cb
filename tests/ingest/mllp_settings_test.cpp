#include <edgeward/ingest/mllp_listener.hpp>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

using namespace edgeward;
using namespace edgeward::ingest;

namespace {

std::string problems_of(const std::string& toml) {
    auto document = config::Document::parse(toml, "gateway.toml");
    (void)read_mllp_listener_settings(document.root().table("adt"));
    std::string all;
    for (const auto& problem : document.problems())
        all += problem.to_string() + '\n';
    return all;
}

const std::string sender = "[[adt.sender]]\nname = \"kis\"\ncertificate_names = [\"kis.example\"]\n";

}  // namespace

TEST_CASE("nobody is listened to unless it is asked for", "[mllp_settings]") {
    auto document = config::Document::parse("", "gateway.toml");
    const auto read = read_mllp_listener_settings(document.root().table("adt"));
    REQUIRE(document.sound());
    CHECK_FALSE(read.enabled);
    CHECK(read.address == "127.0.0.1");
    CHECK(read.port == 2575);  // IANA hl7
    CHECK_FALSE(read.plain);
    CHECK(read.senders.empty());
}

TEST_CASE("every setting of the way in is read", "[mllp_settings]") {
    auto document = config::Document::parse(
        "[adt]\nenabled = true\naddress = \"192.0.2.7\"\nport = 6661\nmax_connections = 2\nlargest_message = "
        "\"64KiB\"\nidle_timeout = \"30s\"\nhandshake_patience = \"5s\"\n[adt.tls]\nca = \"kis-ca\"\n" +
            sender,
        "gateway.toml");
    const auto read = read_mllp_listener_settings(document.root().table("adt"));
    REQUIRE(document.sound());
    CHECK(read.enabled);
    CHECK(read.address == "192.0.2.7");
    CHECK(read.port == 6661);
    CHECK(read.max_connections == 2);
    CHECK(read.largest_message == 65536);
    CHECK(read.idle_timeout == std::chrono::seconds(30));
    CHECK(read.handshake_patience == std::chrono::seconds(5));
    CHECK(read.tls.ca == "kis-ca");
    REQUIRE(read.senders.size() == 1);
    CHECK(read.senders[0].certificate_names == std::vector<std::string>{"kis.example"});
}

TEST_CASE("a way in that would be open to anybody is refused", "[mllp_settings]") {
    const auto [toml, expected] = GENERATE_COPY(table<std::string, std::string>({
        {"[adt]\nenabled = true\n", "adt.enabled: expected at least one"},
        {"[adt]\naddress = \"ward.example\"\n", "adt.address: expected an IP address"},
        {"[adt]\nplain = true\naddress = \"192.0.2.7\"\n", "adt.plain: expected false: without TLS"},
        {"[adt]\nplain = true\naddress = \"0.0.0.0\"\n", "adt.plain: expected false: without TLS"},
        {"[adt]\nplain = true\n" + sender + "[[adt.sender]]\nname = \"other\"\n",
         "adt.plain: expected false: without certificates"},
        {"[adt]\n[[adt.sender]]\nname = \"kis\"\n", "expected certificate_names of every sender"},
        {sender + sender, "this sender is named twice"},
        {sender + "[[adt.sender]]\nname = \"b\"\ncertificate_names = [\"kis.example\"]\n",
         "expected each certificate name at one sender only"},
        {"[adt]\n[[adt.sender]]\nname = \"a b\"\ncertificate_names = [\"x\"]\n",
         "letters, digits and the signs"},
    }));
    CAPTURE(toml);
    CHECK(problems_of(toml).find(expected) != std::string::npos);
}

TEST_CASE("without TLS one sender at a loopback address may send", "[mllp_settings]") {
    for (const char* address : {"127.0.0.1", "127.1.2.3", "::1"}) {
        CHECK(problems_of("[adt]\nenabled = true\nplain = true\naddress = \"" + std::string(address) +
                          "\"\n[[adt.sender]]\nname = \"engine\"\n")
                  .empty());
    }
}

TEST_CASE("each listener is named by its own table", "[mllp_settings]") {
    auto document = config::Document::parse("[hl7_in]\nenabled = true\n", "gateway.toml");
    MllpListenerSettings defaults;
    defaults.use = results_use();
    defaults.port = 2576;
    const auto read = read_mllp_listener_settings(document.root().table("hl7_in"), defaults);
    CHECK(read.port == 2576);
    CHECK(read.use.words == "HL7 results");
    REQUIRE(document.problems().size() == 1);
    CHECK(document.problems().front().text == "expected at least one [[hl7_in.sender]]");
    CHECK(patient_administration_use().table == "adt");
    CHECK(results_use().thread.size() <= 15);
}
