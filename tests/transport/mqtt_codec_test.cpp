#include "mqtt_codec.hpp"

#include <catch2/catch_test_macros.hpp>

#include <edgeward/core/bytes.hpp>

namespace edgeward::transport {
namespace {

std::string octets(std::string_view hex) {
    Bytes made;
    REQUIRE(from_hex(hex, made));
    return std::string(text_of(made));
}
std::string hex(std::string_view text) {
    return to_hex(bytes_of(text));
}
MqttPacket one(std::string_view text) {
    MqttReader reader;
    reader.add(octets(text));
    auto packet = reader.next();
    REQUIRE(packet);
    REQUIRE(*packet);
    return **packet;
}

}  // namespace

// Expected octets by hand after the clauses; mqtt_link_test holds them against mosquitto.
// MQTT 5.
TEST_CASE("packets are those of MQTT 5", "[mqtt_codec]") {
    // §3.1: "MQTT", version 5, flags 0, keep alive 30, session expiry 3600, client id "ew".
    CHECK(hex(mqtt_connect("ew", 30, 3600)) ==
          "10"
          "14"
          "00044d515454"
          "05"
          "00"
          "001e"
          "05"
          "1100000e10"
          "00026577");
    // §3.8: id 1, filter "a/#", QoS 1, retain handling 2.
    CHECK(hex(mqtt_subscribe(1, "a/#")) ==
          "82"
          "09"
          "0001"
          "00"
          "0003612f23"
          "21");
    // §3.3: QoS 1, topic "a", id 258, payload "x".
    CHECK(hex(mqtt_publish(258, "a", "x")) ==
          "32"
          "07"
          "000161"
          "0102"
          "00"
          "78");
    CHECK(hex(mqtt_puback(7)) == "40020007");
    CHECK(hex(mqtt_pingreq()) == "c000");
    CHECK(hex(mqtt_disconnect()) == "e000");
}

// §1.5.5, table 1-1: 128 octets are the first length of two.
TEST_CASE("long packets have longer lengths", "[mqtt_codec]") {
    CHECK(hex(mqtt_publish(1, "a", std::string(121, 'x'))).substr(0, 4) == "327f");
    CHECK(hex(mqtt_publish(1, "a", std::string(122, 'x'))).substr(0, 6) == "328001");
}

TEST_CASE("packets come out whole, wherever the stream was cut", "[mqtt_codec]") {
    const std::string stream = octets(
        "20030000004002000732070001610102"
        "0078"
        "d000");
    for (std::size_t cut = 0; cut <= stream.size(); ++cut) {
        CAPTURE(cut);
        MqttReader reader;
        std::vector<MqttType> types;
        for (const auto part :
             {std::string_view(stream).substr(0, cut), std::string_view(stream).substr(cut)}) {
            reader.add(part);
            for (auto packet = reader.next(); packet.value(); packet = reader.next())
                types.push_back((*packet)->type);
        }
        CHECK(types ==
              std::vector{MqttType::connack, MqttType::puback, MqttType::publish, MqttType::pingresp});
    }
}

TEST_CASE("answers are read with their reasons", "[mqtt_codec]") {
    CHECK(read_connack(one("2003000000")).value() == 0);
    CHECK(read_connack(one("2003008700")).value() == 0x87);
    CHECK(read_puback(one("40020007")).value().reason == 0);
    const auto refused = read_puback(one("4004000a8700")).value();
    CHECK(refused.id == 10);
    CHECK(refused.reason == 0x87);
    CHECK(read_suback(one("900400010001")).value().reason == 1);
    // With a property of two octets before the reason.
    CHECK(read_suback(one("90070001031f000087")).value().reason == 0x87);
}

TEST_CASE("a message is read behind its properties", "[mqtt_codec]") {
    // Topic "a/b", id 5, no properties, payload "hi".
    auto message = read_publish(one("320a"
                                    "0003612f62"
                                    "0005"
                                    "00"
                                    "6869"))
                       .value();
    CHECK(message.topic == "a/b");
    CHECK(message.payload == "hi");
    CHECK(message.id == 5);
    CHECK_FALSE(message.retained);
    // Retained, QoS 0, one property: message expiry interval of 10 s.
    message = read_publish(one("310c"
                               "0003612f62"
                               "05020000000a"
                               "68"))
                  .value();
    CHECK(message.payload == "h");
    CHECK(message.retained);
    CHECK(message.id == 0);
}

TEST_CASE("what is no such packet is refused", "[mqtt_codec]") {
    for (const char* bad :
         {"3002ffff", "3200", "3403000161", "320400016100", "32050001610001", "3206000161000105"}) {
        CAPTURE(bad);
        CHECK_FALSE(read_publish(one(bad)));
    }
    CHECK_FALSE(read_connack(one("200100")));
    CHECK_FALSE(read_puback(one("400107")));
    CHECK_FALSE(read_suback(one("90020001")));
    CHECK_FALSE(read_connack(one("40020007")));
    MqttReader endless;
    endless.add(octets("30ffffffff01"));
    CHECK_FALSE(endless.next());
    MqttReader huge;
    huge.add(octets("3080808001"));
    CHECK_FALSE(huge.next());
    MqttReader foreign;
    foreign.add(octets("8202"));
    CHECK_FALSE(foreign.next());
}

}  // namespace edgeward::transport
