#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>

#include <edgeward/core/bytes.hpp>
#include <edgeward/core/result.hpp>

// What a broker's plugin and the gateway say to each other on the intake socket, version 1
// (docs/intake-format.md, with a worked example). Pure functions over octets; everything they read is
// foreign.
//
//   frame = length (4) ‖ type (1) ‖ body       length counts type and body; numbers are big-endian
//
// The plugin says hello and the gateway welcome, once; then the plugin says message and the gateway answers
// each with a verdict of the same number, in any order.
namespace edgeward::intake {

constexpr std::uint8_t version = 1;
// Of the parts of a message. A payload may be as large as the shipped broker lets a packet be.
constexpr std::size_t longest_name = 1024;  // identity, client id
constexpr std::size_t longest_topic = 65535;
constexpr std::size_t longest_payload = std::size_t{4} << 20U;

// The first octets of a connection: a peer that speaks something else is found out at once.
struct Hello {
    std::uint8_t version = intake::version;
};
struct Welcome {
    std::uint8_t version = intake::version;
};
// One PUBLISH. The views are of the octets it was read from.
struct Message {
    std::uint64_t number = 0;    // the plugin's own, for the verdict; unique among those unanswered
    unsigned quality = 1;        // QoS the device used: 0, 1 or 2
    bool retain = false;         // the device asked the broker to keep a copy
    std::string_view identity;   // who the broker authenticated: common name or user name; not empty
    std::string_view client_id;  // MQTT client identifier, for diagnosis
    std::string_view topic;      // not empty, no zero octet
    ByteView payload;
};
enum class Outcome : std::uint8_t {
    committed = 1,  // on disk, with its audit record: it may be acknowledged
    refused = 2,    // the identity may not speak for the topic's device: it must not be acknowledged
};
struct Verdict {
    std::uint64_t number = 0;
    Outcome outcome = Outcome::refused;
};
using Frame = std::variant<Hello, Welcome, Message, Verdict>;

// Appends the frame to `out`. invalid_input: a part of a message is empty or too long; `out` is then
// unchanged.
Result<void> write(const Frame& frame, Bytes& out);

struct Found {
    Frame frame;
    std::size_t size = 0;  // octets it took
};
// The first frame of `octets`. Nothing: more octets are needed. invalid_input: these can never become a frame
// of version 1; the connection is beyond use. A hello of another version is read as such.
Result<std::optional<Found>> read(ByteView octets);

}  // namespace edgeward::intake
