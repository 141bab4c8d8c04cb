#include "mqtt_packet.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "mqtt_octets.hpp"

using namespace edgeward;
using namespace edgeward::ingest;

namespace {

Bytes octets(std::string_view hex) {
    Bytes out;
    REQUIRE(from_hex(hex, out));
    return out;
}

}  // namespace

// MQTT 5 §1.5.5, table 1-1: the bounds of each length of a variable byte integer.
TEST_CASE("a packet length is read and written as the table of the standard says", "[mqtt_packet]") {
    struct Case {
        std::uint32_t value;
        const char* hex;
    };
    const auto row = GENERATE(values<Case>({{0, "00"},
                                            {127, "7f"},
                                            {128, "8001"},
                                            {16383, "ff7f"},
                                            {16384, "808001"},
                                            {2097151, "ffff7f"},
                                            {2097152, "80808001"},
                                            {268435455, "ffffff7f"}}));
    CAPTURE(row.hex);
    const Bytes written = octets(std::string("30") + row.hex);
    REQUIRE(write_fixed_header(0x30, row.value) == written);
    const auto read = read_fixed_header(written);
    REQUIRE(read);
    REQUIRE(*read);
    REQUIRE((**read).remaining == row.value);
    REQUIRE((**read).size == written.size());
    for (std::size_t size = 0; size < written.size(); ++size) {
        const auto cut = read_fixed_header(ByteView(written).first(size));
        REQUIRE(cut);
        REQUIRE_FALSE(*cut);
    }
}

TEST_CASE("a packet length of five octets is refused", "[mqtt_packet]") {
    REQUIRE_FALSE(read_fixed_header(octets("30ffffffff01")));
}

TEST_CASE("an admitted CONNECT carries neither user nor token and the keep-alive of the gate",
          "[mqtt_packet]") {
    // MQTT 5 §3.1: protocol name, version, flags, keep-alive, properties, client identifier.
    const Bytes given = connect_packet(version_5, "inner", "token");
    const auto admitted = admit_connect(given, "inner", "token", 90);
    REQUIRE(admitted);
    REQUIRE(admitted->version == version_5);
    REQUIRE(to_hex(admitted->packet) ==
            "101800044d5154540500005a03"
            "21000a"
            "0008"
            "65646765"
            "77617264");

    const auto older = admit_connect(connect_packet(version_3_1_1, "inner", "token"), "inner", "token", 90);
    REQUIRE(older);
    REQUIRE(to_hex(older->packet) ==
            "101400044d5154540400005a0008"
            "6564676577617264");
}

TEST_CASE("a CONNECT without the right token is denied", "[mqtt_packet]") {
    const auto row = GENERATE(values<std::pair<std::string, std::string>>({{"inner", "tokem"},
                                                                           {"inner", ""},
                                                                           {"other", "token"},
                                                                           {"inner", "token "},
                                                                           {"", "token"},
                                                                           {"inner", "toke"}}));
    const auto judged = admit_connect(connect_packet(version_5, row.first, row.second), "inner", "token", 60);
    REQUIRE_FALSE(judged);
    REQUIRE(judged.error().kind == ErrorKind::denied);
}

TEST_CASE("no CONNECT is admitted when no token was given out", "[mqtt_packet]") {
    const auto judged = admit_connect(connect_packet(version_5, "", ""), "", "", 60);
    REQUIRE_FALSE(judged);
    REQUIRE(judged.error().kind == ErrorKind::denied);
}

TEST_CASE("a CONNECT that is cut or damaged is refused at every octet", "[mqtt_packet]") {
    const Bytes whole = connect_packet(version_5, "inner", "token");
    for (std::size_t size = 2; size < whole.size(); ++size)
        REQUIRE_FALSE(admit_connect(ByteView(whole).first(size), "inner", "token", 60));
    const Bytes with_rest = joined({whole, {0}});
    REQUIRE_FALSE(admit_connect(with_rest, "inner", "token", 60));
    Bytes with_will = whole;
    with_will[9] = static_cast<std::uint8_t>(with_will[9] | 0x04U);
    REQUIRE_FALSE(admit_connect(with_will, "inner", "token", 60));
}

// MQTT 5 §3.2.2.3: 0x21 Receive Maximum, 0x13 Server Keep Alive, 0x12 Assigned Client Identifier, 0x26 User
// Property.
TEST_CASE("a CONNACK tells reason and session and the keep-alive the broker wants", "[mqtt_packet]") {
    const auto accepted =
        read_connack(octets("2016010013"
                            "210014"
                            "13001e"
                            "12000161"
                            "26000161000162"
                            "2800"));
    REQUIRE(accepted);
    REQUIRE(accepted->reason == 0);
    REQUIRE(accepted->session_present);
    REQUIRE(accepted->keepalive_seconds == 30);

    const auto older = read_connack(octets("20020001"));
    REQUIRE(older);
    REQUIRE(older->reason == 1);
    REQUIRE_FALSE(older->session_present);
    REQUIRE_FALSE(older->keepalive_seconds);

    REQUIRE_FALSE(read_connack(octets("200100")));
    REQUIRE_FALSE(read_connack(octets("20050000024400")));  // no such property
    REQUIRE_FALSE(
        read_connack(octets("2005000005"
                            "1300")));
}

TEST_CASE("a SUBACK tells the first refusal", "[mqtt_packet]") {
    REQUIRE(read_suback(octets("9003000101"), version_3_1_1) == std::uint8_t{0});
    REQUIRE(read_suback(octets("900400010180"), version_3_1_1) == std::uint8_t{0x80});
    REQUIRE(read_suback(octets("9005000100"
                               "0187"),
                        version_5) == std::uint8_t{0x87});
    REQUIRE_FALSE(read_suback(octets("90020001"), version_3_1_1));
}

TEST_CASE("reasons are named in our words", "[mqtt_packet]") {
    REQUIRE(read_disconnect(octets("e0018e")) == 0x8E);
    REQUIRE(read_disconnect(octets("e000")) == 0);
    REQUIRE(reason_text(0x8E) == "session taken over");
    REQUIRE(reason_text(0xA1) == "reason 0xa1");
}
