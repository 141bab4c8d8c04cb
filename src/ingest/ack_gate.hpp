#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>

#include <edgeward/core/bytes.hpp>
#include <edgeward/core/result.hpp>

#include "mqtt_packet.hpp"

namespace edgeward::ingest {

// The acknowledgement gate: stands between our own MQTT client and the broker and lets a PUBACK out only when
// the message it answers is durably committed. Everything else passes as it is, in any split of the octets,
// except:
//
//   CONNECT     must show the one-time token, which is removed; carries the gate's keep-alive
//   PUBACK      is kept until the newest ticket taken over when the client wrote it is committed; leaves in
//   the
//               order in which the PUBLISH packets came (MQTT 5 §4.6)
//   PINGREQ     of the client is answered here; pings to the broker are the gate's own
//   PUBLISH     with QoS 2 ends the connection; of one larger than the limit the client gets a stand-in with
//               its topic and identifier, whose payload says how large it was (withheld_size)
//
// Why the newest ticket is enough: the client writes the PUBACK of a message after its handler has returned,
// so the message's own ticket is not newer. A client that acknowledges before it has handed over (Paho C
// < 1.3.10) is found out by counting, and the connection ends.
//
// A pure state machine for one connection: octets in, octets out. After an error it is of no further use.
class AckGate {
public:
    struct Settings {
        std::string user;
        std::string token;
        std::string marker;  // begins the payload of a stand-in; random, so that no device can know it
        std::uint16_t keepalive_seconds = 60;
        std::size_t largest_packet = std::size_t{4} << 20U;
    };
    // How far the client's messages have come when octets of the client are read.
    struct Progress {
        std::uint64_t taken = 0;     // newest ticket taken over
        std::uint64_t answered = 0;  // QoS 1 messages of this connection whose handler has taken them
        bool sealed = false;         // a handler has refused a message: no PUBACK read from now on counts
    };

    explicit AckGate(Settings settings) : settings_(std::move(settings)) {}

    // Octets from the broker; what the client gets is added to `to_client`. invalid_input: not MQTT, or a
    // packet that has no place here.
    Result<void> from_broker(ByteView octets, Bytes& to_client);
    // Octets from the client. denied: the first packet is not a CONNECT with the token.
    Result<void> from_client(ByteView octets, const Progress& progress, Bytes& to_broker, Bytes& to_client);
    // Everything up to this ticket is durable: lets out what waited for it.
    void release(std::uint64_t committed, Bytes& to_broker);
    // Adds a PINGREQ of the gate's own, whose answer will not reach the client.
    void ping(Bytes& to_broker);

    [[nodiscard]] bool admitted() const noexcept { return version_ != 0; }
    [[nodiscard]] std::uint8_t version() const noexcept { return version_; }
    [[nodiscard]] const std::optional<Connack>& connack() const noexcept { return connack_; }
    // Reasons of the broker, 0 for none: of a refused subscription, of its DISCONNECT.
    [[nodiscard]] std::uint8_t subscription_refusal() const noexcept { return subscription_refusal_; }
    [[nodiscard]] std::optional<std::uint8_t> farewell() const noexcept { return farewell_; }
    [[nodiscard]] bool subscribed() const noexcept { return subscribed_; }
    // The client has said DISCONNECT.
    [[nodiscard]] bool client_left() const noexcept { return client_left_; }
    [[nodiscard]] std::size_t pings_unanswered() const noexcept { return pings_; }
    // PUBACKs kept back, and messages passed on in all states before their PUBACK went out.
    [[nodiscard]] std::size_t parked() const noexcept { return answered_waiting_; }
    [[nodiscard]] std::size_t under_way() const noexcept { return deliveries_.size(); }

private:
    // A QoS 1 PUBLISH whose PUBACK has not left, in the order they came.
    struct Delivery {
        std::uint16_t identifier = 0;
        bool answered = false;
        std::uint64_t after = 0;  // the ticket that must be committed first
    };

    Result<std::size_t> head_size() const;
    Result<void> handle_head(Bytes& to_client);
    Result<void> handle_publish(const FixedHeader& header, Bytes& to_client);
    void withhold(const FixedHeader& header);
    Result<void> handle_broker_packet(const FixedHeader& header, Bytes& to_client);
    Result<void> handle_client_packet(const FixedHeader& header, const Progress& progress, Bytes& to_broker);
    Result<void> admit(Bytes& to_broker);
    Result<void> park(const Progress& progress);
    void let_out(std::uint64_t committed, Bytes& to_broker);
    void answer_ping_at_boundary(Bytes& to_client);

    Settings settings_;
    std::uint8_t version_ = 0;
    std::optional<Connack> connack_;
    std::uint8_t subscription_refusal_ = 0;
    bool subscribed_ = false;
    bool client_left_ = false;
    std::optional<std::uint8_t> farewell_;

    Bytes head_;            // of a packet of the broker, as much as must be understood
    std::size_t rest_ = 0;  // octets of that packet that follow
    bool swallow_ = false;  // … and do not reach the client
    Bytes stand_in_;        // … which gets this when they have gone by
    Bytes client_packet_;

    std::deque<Delivery> deliveries_;
    std::size_t answered_waiting_ = 0;
    std::size_t first_unanswered_ = 0;  // index in deliveries_: none before it is unanswered
    std::uint64_t answers_ = 0;
    std::uint64_t committed_ = 0;
    std::size_t pings_ = 0;
    std::size_t pongs_owed_ = 0;
};

// The size of the packet a stand-in's payload speaks for; nothing when it is the payload of a device.
std::optional<std::uint64_t> withheld_size(ByteView payload, std::string_view marker);

}  // namespace edgeward::ingest
