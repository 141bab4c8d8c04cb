#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <edgeward/config/credentials.hpp>
#include <edgeward/config/document.hpp>
#include <edgeward/core/backoff.hpp>
#include <edgeward/core/metrics.hpp>
#include <edgeward/core/random.hpp>
#include <edgeward/core/result.hpp>
#include <edgeward/core/time.hpp>
#include <edgeward/ingest/observation_source.hpp>
#include <edgeward/net/tls.hpp>

// Devices speak MQTT to a broker; the gateway subscribes there with QoS 1 in a persistent session.
namespace edgeward::ingest {

enum class MqttProtocol : std::uint8_t {
    automatic,  // MQTT 5; 3.1.1 when the broker does not speak 5
    v5,
    v3_1_1,
};

// [mqtt]: how to reach the broker. TLS with a client certificate, always.
struct MqttSettings {
    std::string host = "localhost";      // DNS name or address; must be a name in the broker's certificate
    std::uint16_t port = 8883;           // IANA secure-mqtt
    std::string client_id = "edgeward";  // names the session at the broker: unique there, never changed
    std::vector<std::string> topics{"devices/#"};  // topic filters; devices/<device-id>/<anything>
    MqttProtocol protocol = MqttProtocol::automatic;
    std::uint16_t receive_maximum = 1000;  // messages under way without acknowledgement, MQTT 5 §3.1.2.11.3
    // Octets of a whole packet. A larger one never takes memory: it is handed over as withheld, with its
    // topic and without its payload.
    std::size_t largest_packet = std::size_t{4} << 20U;
    std::chrono::seconds keepalive{60};            // MQTT 5 §3.1.2.10
    std::chrono::seconds session_expiry{2592000};  // how long the broker keeps our messages: 30 days
    std::chrono::milliseconds patience{10000};     // for connecting and for an answer to a ping
    BackoffSettings retry;                         // waits between attempts to connect
    net::TlsSettings tls = net::own_tls();
};

// Reads and checks the table [mqtt]. QoS other than 1 and shared subscriptions are refused: with QoS 2 and
// with $share a crash loses messages (docs/adr).
MqttSettings read_mqtt_settings(config::Section section);

// misconfigured: no usable credentials, or a Paho library that acknowledges before it hands over
// (below 1.3.10). Everything referred to must outlive the source.
Result<std::unique_ptr<ObservationSource>> open_mqtt_source(MqttSettings settings,
                                                            const config::Credentials& credentials,
                                                            metrics::Registry& registry, const Clock& clock,
                                                            Random& random);

}  // namespace edgeward::ingest
