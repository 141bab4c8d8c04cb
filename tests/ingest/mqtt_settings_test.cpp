#include <edgeward/ingest/mqtt_source.hpp>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

using namespace edgeward;
using namespace edgeward::ingest;

namespace {

std::string problems_of(const std::string& toml) {
    auto document = config::Document::parse(toml, "gateway.toml");
    (void)read_mqtt_settings(document.root().table("mqtt"));
    document.refuse_unread_keys();
    std::string all;
    for (const auto& problem : document.problems())
        all += problem.to_string() + '\n';
    return all;
}

}  // namespace

TEST_CASE("an empty table gives the defaults", "[mqtt_settings]") {
    auto document = config::Document::parse("[mqtt]\n", "gateway.toml");
    const MqttSettings read = read_mqtt_settings(document.root().table("mqtt"));
    const MqttSettings defaults;
    REQUIRE(document.sound());
    REQUIRE(read.host == defaults.host);
    REQUIRE(read.port == 8883);
    REQUIRE(read.topics == std::vector<std::string>{"devices/#"});
    REQUIRE(read.keepalive == std::chrono::seconds(60));
    REQUIRE(read.tls.ca == defaults.tls.ca);
    REQUIRE(read.protocol == MqttProtocol::automatic);
}

TEST_CASE("every setting is read", "[mqtt_settings]") {
    auto document = config::Document::parse(R"([mqtt]
host = "broker.ward.example"
port = 1883
client_id = "gateway-7"
topics = ["devices/+/vitals/#", "devices/+/alarm"]
protocol = "3.1.1"
qos = 1
receive_maximum = 20
largest_packet = "64KiB"
keepalive = "30s"
session_expiry = "2h"
patience = "3s"
retry_first = "200ms"
retry_longest = "5s"
[mqtt.tls]
ca = "trust"
certificate = "own"
key = "own-key"
crl = "revoked"
)",
                                            "gateway.toml");
    const MqttSettings read = read_mqtt_settings(document.root().table("mqtt"));
    document.refuse_unread_keys();
    REQUIRE(document.sound());
    REQUIRE(read.host == "broker.ward.example");
    REQUIRE(read.port == 1883);
    REQUIRE(read.client_id == "gateway-7");
    REQUIRE(read.topics.size() == 2);
    REQUIRE(read.protocol == MqttProtocol::v3_1_1);
    REQUIRE(read.receive_maximum == 20);
    REQUIRE(read.largest_packet == 65536);
    REQUIRE(read.keepalive == std::chrono::seconds(30));
    REQUIRE(read.session_expiry == std::chrono::hours(2));
    REQUIRE(read.patience == std::chrono::seconds(3));
    REQUIRE(read.retry.first == std::chrono::milliseconds(200));
    REQUIRE(read.retry.longest == std::chrono::seconds(5));
    REQUIRE(read.tls.crl == "revoked");
}

TEST_CASE("a setting that would lose messages is refused with the reason", "[mqtt_settings]") {
    struct Case {
        const char* line;
        const char* reason;
    };
    const auto row = GENERATE(values<Case>(
        {{"qos = 2", "mqtt.qos: expected 1: QoS 0 is never acknowledged, and a crash during QoS 2"},
         {"qos = 0", "mqtt.qos: expected 1"},
         {"topics = [\"$share/g/devices/#\"]", "mqtt.topics: expected no shared subscription"},
         {"topics = []", "mqtt.topics: expected at least one"},
         {"topics = [\"devices/#/x\"]", "mqtt.topics: expected MQTT topic filters"},
         {"topics = [\"devices+\"]", "mqtt.topics: expected MQTT topic filters"},
         {"client_id = \"\"", "mqtt.client_id: expected a name"},
         {"host = \"\"", "mqtt.host: expected"},
         {"keepalive = \"1s\"", "mqtt.keepalive: expected"},
         {"retry_first = \"2min\"", "mqtt.retry_longest: expected"}}));
    CAPTURE(row.line);
    const std::string problems = problems_of(std::string("[mqtt]\n") + row.line + "\n");
    CAPTURE(problems);
    REQUIRE(problems.find(row.reason) != std::string::npos);
}
