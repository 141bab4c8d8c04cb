#include <catch2/catch_test_macros.hpp>

#include <edgeward/transport/mllp_transport.hpp>

using namespace edgeward;
using namespace edgeward::transport;

TEST_CASE("a host is enough and the rest is default", "[mllp_settings]") {
    auto document = config::Document::parse("[d]\nhost = \"kis.example\"\n", "t.toml");
    const MllpSettings read = read_mllp_settings(document.root().table("d"));
    const MllpSettings defaults;
    document.refuse_unread_keys();
    CHECK(document.sound());
    CHECK(read.host == "kis.example");
    CHECK(read.port == defaults.port);
    CHECK_FALSE(read.plaintext_loopback);
    CHECK(read.connections == defaults.connections);
    CHECK(read.in_flight == 1);
    CHECK(read.connect_timeout == defaults.connect_timeout);
    CHECK(read.response_timeout == defaults.response_timeout);
    CHECK(read.keep_open == defaults.keep_open);
    CHECK(read.idle_timeout == defaults.idle_timeout);
    CHECK(read.rate_limit == defaults.rate_limit);
    CHECK(read.max_message_size == defaults.max_message_size);
}

TEST_CASE("every connection setting is read", "[mllp_settings]") {
    auto document = config::Document::parse(R"([d]
host = "10.0.0.7"
port = 6661
connections = 3
connect_timeout = "2s"
response_timeout = "45s"
keep_open = false
idle_timeout = "5min"
rate_limit = 12.5
max_message_size = "64KiB"
plaintext_loopback = true
[d.tls]
ca = "kis_ca"
certificate = "gateway"
key = "gateway_key"
server_name = "kis.hospital"
)",
                                            "t.toml");
    const MllpSettings read = read_mllp_settings(document.root().table("d"));
    document.refuse_unread_keys();
    CHECK(document.sound());
    CHECK(read.port == 6661);
    CHECK(read.connections == 3);
    CHECK(read.connect_timeout == std::chrono::seconds(2));
    CHECK(read.response_timeout == std::chrono::seconds(45));
    CHECK_FALSE(read.keep_open);
    CHECK(read.idle_timeout == std::chrono::minutes(5));
    CHECK(read.rate_limit == 12.5);
    CHECK(read.max_message_size == 65536);
    CHECK(read.plaintext_loopback);
    CHECK(read.tls.ca == "kis_ca");
    CHECK(read.tls.server_name == "kis.hospital");
}

TEST_CASE("each wrong connection setting is one problem", "[mllp_settings]") {
    auto document = config::Document::parse(
        "[d]\nport = 0\nconnections = 17\nresponse_timeout = \"0s\"\nidle_timeout = 5\nrate_limit = -1\n"
        "max_message_size = \"1GiB\"\nkeep_open = \"no\"\n",
        "t.toml");
    read_mllp_settings(document.root().table("d"));
    CHECK(document.problems().size() == 8);  // and the host is missing
}

TEST_CASE("messages in flight need a connection that is kept", "[mllp_settings]") {
    auto document = config::Document::parse("[d]\nhost = \"kis.example\"\nin_flight = 8\n", "t.toml");
    CHECK(read_mllp_settings(document.root().table("d")).in_flight == 8);
    CHECK(document.sound());

    auto single =
        config::Document::parse("[d]\nhost = \"kis.example\"\nin_flight = 8\nkeep_open = false\n", "t.toml");
    read_mllp_settings(single.root().table("d"));
    REQUIRE(single.problems().size() == 1);
    CHECK(single.problems().front().to_string().starts_with("t.toml:3"));

    auto many = config::Document::parse("[d]\nhost = \"kis.example\"\nin_flight = 65\n", "t.toml");
    read_mllp_settings(many.root().table("d"));
    CHECK_FALSE(many.sound());
}
