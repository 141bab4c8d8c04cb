#pragma once

#include <chrono>
#include <memory>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

namespace edgeward::transport {

// Closes a socket when its time is up, which ends whatever waits on it. Lives on the stack of the coroutine
// that waits; one thread or strand.
class HttpDeadline {
public:
    HttpDeadline(boost::asio::ip::tcp::socket& socket, std::chrono::milliseconds patience);
    HttpDeadline(const HttpDeadline&) = delete;
    HttpDeadline& operator=(const HttpDeadline&) = delete;
    ~HttpDeadline();
    [[nodiscard]] bool expired() const noexcept;

private:
    // Shared with the timer's handler, which may run after this object is gone.
    struct State;
    std::shared_ptr<State> state_;
    boost::asio::steady_timer timer_;
};

}  // namespace edgeward::transport
