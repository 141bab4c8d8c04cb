#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>

#include <edgeward/core/bytes.hpp>
#include <edgeward/intake/frame.hpp>

namespace edgeward::broker {

struct LinkSettings {
    std::string socket = "/run/edgeward-intake/intake.sock";
    std::uint32_t gateway_user = 0;  // whose process must listen there, by SO_PEERCRED
    std::chrono::milliseconds deadline{
        1000};  // for a verdict: so long the broker's loop stands still at most
};

// How a message fared. Only committed may be acknowledged.
enum class Answer : std::uint8_t { committed, refused, unavailable };

// The plugin's connection to the gateway's intake (docs/intake-format.md): kept between messages, made anew
// when it breaks. Only deliver() waits, and only for a gateway that had answered; while there is none it
// fails at once. After a verdict that did not come in time the next attempt waits twice as long, up to
// sixteen deadlines, so that a gateway that stands still costs the broker's other clients little.
//
// One thread.
class GatewayLink {
public:
    // Told when the gateway has become ready or not, with our words why not.
    using Listener = std::function<void(bool ready, const char* why)>;

    GatewayLink(LinkSettings settings, Listener listener);
    GatewayLink(const GatewayLink&) = delete;
    GatewayLink& operator=(const GatewayLink&) = delete;
    ~GatewayLink();

    // Makes a connection, takes its welcome, notices its end. Never waits. Call in every turn of the loop.
    void keep();
    // Hands the message over and waits for its verdict; the number is set here.
    Answer deliver(intake::Message message);
    [[nodiscard]] bool ready() const noexcept { return state_ == State::ready; }

private:
    using Time = std::chrono::steady_clock::time_point;
    enum class State : std::uint8_t { away, greeting, ready };

    void connect();
    void leave(const char* why, std::chrono::milliseconds wait);
    void leave_stalled(const char* why);
    bool send_all(Time end);
    bool receive();
    // The next frame that has come, nothing otherwise. What is no frame ends the connection.
    bool next(intake::Frame& frame);
    Answer wait_for_verdict(Time end);

    const LinkSettings settings_;
    const Listener listener_;
    State state_ = State::away;
    int socket_ = -1;
    Bytes unsent_;
    Bytes unread_;
    std::uint64_t number_ = 0;
    bool told_ready_ = false;
    const char* told_why_ = nullptr;
    Time next_attempt_{};
    Time welcome_due_{};
    std::chrono::milliseconds stall_wait_;
};

}  // namespace edgeward::broker
