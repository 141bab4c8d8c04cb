#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <edgeward/core/result.hpp>

// As much of MQTT 5 (OASIS Standard, 2019) as a client needs that publishes with QoS 1 and listens to a few
// topics. Pure functions; everything they read is foreign. Clauses are those of MQTT 5.
namespace edgeward::transport {

enum class MqttType : std::uint8_t {
    connack = 2,
    publish = 3,
    puback = 4,
    suback = 9,
    pingresp = 13,
    disconnect = 14,
};

// Texts are at most 65535 octets.
std::string mqtt_connect(std::string_view client_id, std::uint16_t keepalive_seconds,
                         std::uint32_t session_expiry_seconds);         // §3.1, clean start 0
std::string mqtt_subscribe(std::uint16_t id, std::string_view filter);  // §3.8, QoS 1, nothing retained
std::string mqtt_publish(std::uint16_t id, std::string_view topic, std::string_view payload);  // §3.3, QoS 1
std::string mqtt_puback(std::uint16_t id);                                                     // §3.4
std::string mqtt_pingreq();                                                                    // §3.12
std::string mqtt_disconnect();                                                                 // §3.14

struct MqttPacket {
    MqttType type{};
    std::uint8_t flags = 0;
    std::string body;
};

// Takes octets as they come and gives whole packets.
class MqttReader {
public:
    void add(std::string_view octets) { octets_.append(octets); }
    // Nothing while no packet is complete. invalid_input: a length of more than four octets, a packet larger
    // than a mebioctet, or one that no server sends to such a client.
    Result<std::optional<MqttPacket>> next();

private:
    std::string octets_;
};

struct MqttMessage {
    std::string topic;
    std::string payload;
    bool retained = false;
    std::uint16_t id = 0;  // 0: QoS 0, nobody waits for an acknowledgement
};
struct MqttAnswer {
    std::uint16_t id = 0;
    std::uint8_t reason = 0;  // §2.4; 0x80 and above: a failure
};

// invalid_input: not such a packet.
Result<std::uint8_t> read_connack(const MqttPacket& packet);  // the reason
Result<MqttMessage> read_publish(const MqttPacket& packet);
Result<MqttAnswer> read_puback(const MqttPacket& packet);
Result<MqttAnswer> read_suback(const MqttPacket& packet);  // of its first filter

}  // namespace edgeward::transport
