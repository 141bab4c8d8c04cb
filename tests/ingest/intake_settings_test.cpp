#include <edgeward/ingest/intake_source.hpp>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

using namespace edgeward;
using namespace edgeward::ingest;

TEST_CASE("the intake is closed unless it is asked for", "[intake_settings]") {
    auto document = config::Document::parse("", "gateway.toml");
    const IntakeSettings read = read_intake_settings(document.root().table("intake"));
    REQUIRE(document.sound());
    CHECK_FALSE(read.enabled);
    CHECK(read.socket == "/run/edgeward-intake/intake.sock");
    CHECK(read.broker_user == "mosquitto");
}

TEST_CASE("every setting of the intake is read", "[intake_settings]") {
    auto document = config::Document::parse(
        "[intake]\nenabled = true\nsocket = \"/run/ward/in.sock\"\nbroker_user = \"broker\"\n",
        "gateway.toml");
    const IntakeSettings read = read_intake_settings(document.root().table("intake"));
    document.refuse_unread_keys();
    REQUIRE(document.sound());
    CHECK(read.enabled);
    CHECK(read.socket == "/run/ward/in.sock");
    CHECK(read.broker_user == "broker");
}

TEST_CASE("an intake nobody could use is refused", "[intake_settings]") {
    const auto [line, expected] = GENERATE_COPY(table<std::string, std::string>(
        {{"socket = \"/" + std::string(107, 'x') + "\"", "expected an absolute path of at most 107 octets"},
         {"broker_user = \"\"", "expected the name of the user the broker runs as"}}));
    auto document = config::Document::parse("[intake]\n" + line + "\n", "gateway.toml");
    (void)read_intake_settings(document.root().table("intake"));
    REQUIRE(document.problems().size() == 1);
    CHECK(document.problems().front().to_string().find("gateway.toml:2:") == 0);
    CHECK(document.problems().front().to_string().find(expected) != std::string::npos);
}
