#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <edgeward/core/bytes.hpp>

#include "mqtt_packet.hpp"

// MQTT packets as the standard writes them, for tests: MQTT 5 and 3.1.1, chapter 3.
namespace edgeward::ingest {

inline Bytes joined(std::initializer_list<Bytes> parts) {
    Bytes all;
    for (const Bytes& part : parts)
        all.insert(all.end(), part.begin(), part.end());
    return all;
}

inline Bytes number(std::uint16_t value) {
    return {static_cast<std::uint8_t>(value >> 8U), static_cast<std::uint8_t>(value & 0xFFU)};
}

inline Bytes field(std::string_view text) {
    return joined({number(static_cast<std::uint16_t>(text.size())), Bytes(text.begin(), text.end())});
}

inline Bytes packet(std::uint8_t first, const Bytes& body) {
    return joined({write_fixed_header(first, body.size()), body});
}

// Version 5 with one property (Receive Maximum 10), version 4 without; clean start off, user and password
// given.
inline Bytes connect_packet(std::uint8_t version, std::string_view user, std::string_view token) {
    const Bytes properties = version == version_5 ? Bytes{3, 0x21, 0, 10} : Bytes{};
    return packet(0x10, joined({field("MQTT"),
                                {version, 0xC0, 0, 0},
                                properties,
                                field("edgeward"),
                                field(user),
                                field(token)}));
}

inline Bytes connack_packet(std::uint8_t version, std::uint8_t reason = 0) {
    return version == version_5 ? Bytes{0x20, 3, 0, reason, 0} : Bytes{0x20, 2, 0, reason};
}

inline Bytes publish_packet(std::string_view topic, std::uint16_t identifier, std::string_view payload,
                            unsigned quality = 1) {
    return packet(static_cast<std::uint8_t>(0x30U | quality << 1U),
                  joined({field(topic),
                          quality > 0 ? number(identifier) : Bytes{},
                          {0},
                          Bytes(payload.begin(), payload.end())}));
}

inline Bytes puback_packet(std::uint16_t identifier) {
    return joined({{0x40, 2}, number(identifier)});
}

}  // namespace edgeward::ingest
