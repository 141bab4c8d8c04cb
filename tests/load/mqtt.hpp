#pragma once

#include <cstdint>
#include <string>
#include <string_view>

// Just enough MQTT 3.1.1 for a device that publishes with QoS 1.
namespace edgeward::load {

enum class PacketType : std::uint8_t { connack = 2, publish = 3, puback = 4 };

// One complete packet at the beginning of `octets`.
struct Packet {
    std::size_t size = 0;  // of the whole packet; 0: not complete yet
    PacketType type{};
    std::uint8_t flags = 0;
    std::string_view body;  // without the fixed header
};
Packet first_packet(std::string_view octets);

std::uint16_t number_at(std::string_view octets, std::size_t at);  // two octets, big-endian
void append_connect(std::string& out, std::string_view client);
void append_publish(std::string& out, std::string_view topic, std::uint16_t id, std::string_view payload);

// Of a PUBLISH with QoS 1 of either protocol version, as far as a measurement needs it.
std::uint16_t publish_id(const Packet& publish);

}  // namespace edgeward::load
