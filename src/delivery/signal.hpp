#pragma once

#include <chrono>
#include <list>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace edgeward::delivery {

inline std::chrono::steady_clock::time_point after(std::chrono::milliseconds wait) {
    return std::chrono::steady_clock::now() + wait;
}

// Coroutines wait here until somebody notifies or their time is up. All on one executor that runs one thing
// at a time: between checking a condition and waiting nothing else runs, so no wake-up is lost.
class Signal {
public:
    using TimePoint = std::chrono::steady_clock::time_point;

    explicit Signal(boost::asio::any_io_executor executor) : executor_(std::move(executor)) {}

    boost::asio::awaitable<void> wait(TimePoint until) {
        // A timer of its own for each waiter: setting the expiry of a shared one would wake the others.
        boost::asio::steady_timer timer(executor_, until);
        const auto place = waiting_.insert(waiting_.end(), &timer);
        boost::system::error_code ignored;
        co_await timer.async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, ignored));
        waiting_.erase(place);
    }
    void notify() {
        for (auto* timer : waiting_)
            timer->cancel();
    }

private:
    boost::asio::any_io_executor executor_;
    std::list<boost::asio::steady_timer*> waiting_;
};

}  // namespace edgeward::delivery
