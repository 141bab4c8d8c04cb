#pragma once

#include <chrono>
#include <memory>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

namespace edgeward::transport {

// Closes a socket when its time is up, which ends whatever waits on it. Lives on the stack of the coroutine
// that waits; one thread or strand.
class ExchangeDeadline {
public:
    ExchangeDeadline(boost::asio::ip::tcp::socket& socket, std::chrono::milliseconds patience);
    ExchangeDeadline(const ExchangeDeadline&) = delete;
    ExchangeDeadline& operator=(const ExchangeDeadline&) = delete;
    ~ExchangeDeadline();
    [[nodiscard]] bool expired() const noexcept;
    // There is as much time again from now on.
    void restart();

private:
    void wait();
    // Shared with the timer's handler, which may run after this object is gone.
    struct State;
    std::shared_ptr<State> state_;
    std::chrono::milliseconds patience_;
    boost::asio::steady_timer timer_;
};

}  // namespace edgeward::transport
