#pragma once

#include <chrono>
#include <memory>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

namespace edgeward::ingest {

// Closes a socket when its time is over; its handler may run after the connection is gone.
class Deadline {
public:
    explicit Deadline(boost::asio::ip::tcp::socket& socket)
        : state_(std::make_shared<State>(State{&socket, false})), timer_(socket.get_executor()) {}
    Deadline(const Deadline&) = delete;
    Deadline& operator=(const Deadline&) = delete;
    ~Deadline() { state_->socket = nullptr; }

    void in(std::chrono::milliseconds time) {
        timer_.expires_after(time);
        timer_.async_wait([state = state_](const boost::system::error_code& error) {
            if (error || state->socket == nullptr) return;
            state->passed = true;
            boost::system::error_code ignored;
            state->socket->close(ignored);  // NOLINT(bugprone-unused-return-value)
        });
    }
    void none() { timer_.cancel(); }
    [[nodiscard]] bool passed() const { return state_->passed; }

private:
    struct State {
        boost::asio::ip::tcp::socket* socket;
        bool passed;
    };
    std::shared_ptr<State> state_;  // shared with the timer's handler
    boost::asio::steady_timer timer_;
};

}  // namespace edgeward::ingest
