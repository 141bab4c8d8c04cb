#include "mqtt_codec.hpp"

#include <edgeward/core/bytes.hpp>
#include <edgeward/core/octet_reader.hpp>

namespace edgeward::transport {
namespace {

constexpr std::size_t largest_packet = std::size_t{1} << 20U;

void put_text(std::string& out, std::string_view text) {
    append_big_endian(out, text.size(), 2);
    out.append(text);
}

// §1.5.5
void put_length(std::string& out, std::size_t length) {
    do {
        const std::size_t rest = length >> 7U;
        out.push_back(static_cast<char>((length & 0x7FU) | (rest > 0 ? 0x80U : 0U)));
        length = rest;
    } while (length > 0);
}

std::string packet(std::uint8_t first, std::string_view body) {
    std::string made(1, static_cast<char>(first));
    put_length(made, body.size());
    made.append(body);
    return made;
}

std::size_t read_length(OctetReader& in) {
    std::size_t length = 0;
    for (unsigned shift = 0; shift <= 21; shift += 7) {
        const auto octet = in.number(1);
        length |= static_cast<std::size_t>(octet & 0x7FU) << shift;
        if ((octet & 0x80U) == 0) return length;
    }
    in.fail();
    return 0;
}

tl::unexpected<Error> malformed(const char* what) {
    return failure(ErrorKind::invalid_input, std::string("the broker's ") + what + " cannot be read");
}

bool is_expected(std::uint8_t type) {
    switch (static_cast<MqttType>(type)) {
        case MqttType::connack:
        case MqttType::publish:
        case MqttType::puback:
        case MqttType::suback:
        case MqttType::pingresp:
        case MqttType::disconnect:
            return true;
    }
    return false;
}

}  // namespace

std::string mqtt_connect(std::string_view client_id, std::uint16_t keepalive_seconds,
                         std::uint32_t session_expiry_seconds) {
    std::string body;
    put_text(body, "MQTT");
    body.push_back(5);  // version
    body.push_back(0);  // no clean start, no will, no login
    append_big_endian(body, keepalive_seconds, 2);
    body.push_back(5);     // octets of properties
    body.push_back(0x11);  // session expiry interval
    append_big_endian(body, session_expiry_seconds, 4);
    put_text(body, client_id);
    return packet(0x10, body);
}

std::string mqtt_subscribe(std::uint16_t id, std::string_view filter) {
    std::string body;
    append_big_endian(body, id, 2);
    body.push_back(0);  // no properties
    put_text(body, filter);
    body.push_back(0x21);  // QoS 1; retained messages are not sent
    return packet(0x82, body);
}

std::string mqtt_publish(std::uint16_t id, std::string_view topic, std::string_view payload) {
    std::string body;
    put_text(body, topic);
    append_big_endian(body, id, 2);
    body.push_back(0);  // no properties
    body.append(payload);
    return packet(0x32, body);
}

std::string mqtt_puback(std::uint16_t id) {
    std::string body;
    append_big_endian(body, id, 2);
    return packet(0x40, body);
}

std::string mqtt_pingreq() {
    return packet(0xC0, {});
}

std::string mqtt_disconnect() {
    return packet(0xE0, {});
}

Result<std::optional<MqttPacket>> MqttReader::next() {
    if (octets_.size() < 2) return std::optional<MqttPacket>();
    std::size_t length = 0;
    std::size_t at = 1;
    for (unsigned shift = 0;; shift += 7) {
        if (shift > 21) return malformed("packet length");
        if (at == octets_.size()) return std::optional<MqttPacket>();
        const auto octet = static_cast<std::uint8_t>(octets_[at++]);
        length |= static_cast<std::size_t>(octet & 0x7FU) << shift;
        if ((octet & 0x80U) == 0) break;
    }
    if (length > largest_packet) return malformed("oversized packet");
    const auto first = static_cast<std::uint8_t>(octets_.front());
    if (!is_expected(first >> 4U)) return malformed("packet type");
    if (octets_.size() - at < length) return std::optional<MqttPacket>();
    MqttPacket made{static_cast<MqttType>(first >> 4U), static_cast<std::uint8_t>(first & 0x0FU),
                    octets_.substr(at, length)};
    octets_.erase(0, at + length);
    return std::optional(std::move(made));
}

Result<std::uint8_t> read_connack(const MqttPacket& packet) {
    OctetReader in(bytes_of(packet.body));
    in.take(1);
    const auto reason = static_cast<std::uint8_t>(in.number(1));
    if (packet.type != MqttType::connack || !in.sound()) return malformed("CONNACK");
    return reason;
}

Result<MqttMessage> read_publish(const MqttPacket& packet) {
    OctetReader in(bytes_of(packet.body));
    const unsigned quality = (packet.flags >> 1U) & 3U;
    MqttMessage message;
    message.retained = (packet.flags & 1U) != 0;
    message.topic = in.text(2);
    if (quality > 0) message.id = static_cast<std::uint16_t>(in.number(2));
    in.take(read_length(in));
    message.payload = std::string(text_of(in.rest()));
    if (packet.type != MqttType::publish || quality > 1 || !in.sound() || (quality == 1 && message.id == 0))
        return malformed("PUBLISH");
    return message;
}

Result<MqttAnswer> read_puback(const MqttPacket& packet) {
    OctetReader in(bytes_of(packet.body));
    MqttAnswer answer;
    answer.id = static_cast<std::uint16_t>(in.number(2));
    if (packet.body.size() > 2) answer.reason = static_cast<std::uint8_t>(in.number(1));
    if (packet.type != MqttType::puback || !in.sound()) return malformed("PUBACK");
    return answer;
}

Result<MqttAnswer> read_suback(const MqttPacket& packet) {
    OctetReader in(bytes_of(packet.body));
    MqttAnswer answer;
    answer.id = static_cast<std::uint16_t>(in.number(2));
    in.take(read_length(in));
    answer.reason = static_cast<std::uint8_t>(in.number(1));
    if (packet.type != MqttType::suback || !in.sound()) return malformed("SUBACK");
    return answer;
}

}  // namespace edgeward::transport
