#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <edgeward/core/bytes.hpp>
#include <edgeward/core/result.hpp>

// As much of MQTT 3.1.1 and 5 as the acknowledgement gate must understand. Pure functions over octets;
// everything they read is foreign. Clauses are those of MQTT 5.
namespace edgeward::ingest {

// §2.1.2
enum class PacketType : std::uint8_t {
    connect = 1,
    connack = 2,
    publish = 3,
    puback = 4,
    pubrec = 5,
    pubrel = 6,
    pubcomp = 7,
    subscribe = 8,
    suback = 9,
    unsubscribe = 10,
    unsuback = 11,
    pingreq = 12,
    pingresp = 13,
    disconnect = 14,
    auth = 15,
};

constexpr std::uint8_t version_3_1_1 = 4;
constexpr std::uint8_t version_5 = 5;

// §2.1: type and flags, and how many octets follow.
struct FixedHeader {
    std::uint8_t first = 0;
    std::uint32_t remaining = 0;
    std::size_t size = 0;  // of this header: 2 to 5

    [[nodiscard]] PacketType type() const noexcept { return static_cast<PacketType>(first >> 4U); }
    [[nodiscard]] unsigned quality_of_service() const noexcept { return (first >> 1U) & 3U; }  // PUBLISH
    [[nodiscard]] std::size_t whole() const noexcept { return size + remaining; }
};

// Nothing while `octets` is too short; invalid_input when the length takes more than four octets.
Result<std::optional<FixedHeader>> read_fixed_header(ByteView octets);

// A packet's fixed header and `remaining` in its shortest form.
Bytes write_fixed_header(std::uint8_t first, std::size_t remaining);

// §1.5.2
inline std::uint16_t two_octets(ByteView octets, std::size_t at) {
    return static_cast<std::uint16_t>((octets[at] << 8U) | octets[at + 1]);
}

// What our own client's CONNECT says, without the token it showed.
struct Connect {
    Bytes packet;  // for the broker
    std::uint8_t version = 0;
};
// The whole CONNECT packet of a client that must show `user` and `token` as its login. Both are removed and
// the keep-alive is replaced by `keepalive_seconds`. denied: another or no login. invalid_input: no such
// CONNECT, or one with a will.
Result<Connect> admit_connect(ByteView packet, std::string_view user, std::string_view token,
                              std::uint16_t keepalive_seconds);

// §3.2
struct Connack {
    std::uint8_t reason = 0;  // 0: accepted
    bool session_present = false;
    std::optional<std::uint16_t> keepalive_seconds;  // the broker's own wish, §3.2.2.3.14
};
Result<Connack> read_connack(ByteView packet);

// §3.9: the first refused subscription's reason, or 0. `version`: of the CONNECT.
Result<std::uint8_t> read_suback(ByteView packet, std::uint8_t version);

// §3.14: why the broker ends the connection; 0 when it does not say.
std::uint8_t read_disconnect(ByteView packet);

// A reason code of MQTT 5 §2.4 or a return code of a 3.1.1 CONNACK in our words; "reason 0xNN" for others.
std::string reason_text(std::uint8_t reason);

}  // namespace edgeward::ingest
