#include "mqtt.hpp"

namespace edgeward::load {
namespace {

constexpr std::uint8_t clean_session = 0x02;
constexpr std::uint8_t qos_1 = 0x02;

void append_number(std::string& out, std::size_t value) {
    out.push_back(static_cast<char>(value >> 8U));
    out.push_back(static_cast<char>(value & 0xFFU));
}

void append_text(std::string& out, std::string_view text) {
    append_number(out, text.size());
    out.append(text);
}

// MQTT 3.1.1, 2.2.3
void append_length(std::string& out, std::size_t length) {
    do {
        const std::size_t rest = length >> 7U;
        out.push_back(static_cast<char>((length & 0x7FU) | (rest > 0 ? 0x80U : 0U)));
        length = rest;
    } while (length > 0);
}

}  // namespace

std::uint16_t number_at(std::string_view octets, std::size_t at) {
    const auto high = static_cast<unsigned char>(octets[at]);
    const auto low = static_cast<unsigned char>(octets[at + 1]);
    return static_cast<std::uint16_t>((high << 8U) | low);
}

Packet first_packet(std::string_view octets) {
    std::size_t length = 0;
    for (std::size_t at = 1; at < octets.size() && at <= 4; ++at) {
        const auto octet = static_cast<unsigned char>(octets[at]);
        length |= static_cast<std::size_t>(octet & 0x7FU) << (7U * (at - 1));
        if ((octet & 0x80U) != 0) continue;
        if (octets.size() < at + 1 + length) return {};
        const auto head = static_cast<unsigned char>(octets[0]);
        return {at + 1 + length, static_cast<PacketType>(head >> 4U), static_cast<std::uint8_t>(head & 0x0FU),
                octets.substr(at + 1, length)};
    }
    return {};
}

void append_connect(std::string& out, std::string_view client) {
    std::string body;
    append_text(body, "MQTT");
    body.push_back(4);  // protocol level of 3.1.1
    body.push_back(clean_session);
    append_number(body, 60);  // keep alive, s: something is published more often
    append_text(body, client);
    out.push_back(0x10);
    append_length(out, body.size());
    out += body;
}

void append_publish(std::string& out, std::string_view topic, std::uint16_t id, std::string_view payload) {
    out.push_back(static_cast<char>((static_cast<unsigned>(PacketType::publish) << 4U) | qos_1));
    append_length(out, 2 + topic.size() + 2 + payload.size());
    append_text(out, topic);
    append_number(out, id);
    out.append(payload);
}

std::uint16_t publish_id(const Packet& publish) {
    return number_at(publish.body, 2U + number_at(publish.body, 0));
}

}  // namespace edgeward::load
