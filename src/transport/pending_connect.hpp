#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <utility>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <edgeward/core/result.hpp>

namespace edgeward::transport {

// A connect under way, for everybody who waits for it. Shared with it, because it outlives those whom close()
// has ended: a name may be looked up for longer than anybody waits. One thread or strand.
template <typename Connection>
class PendingConnect {
public:
    using Opened = Result<Connection>;

    static std::shared_ptr<PendingConnect> begin(
        const boost::asio::any_io_executor& executor, boost::asio::awaitable<Opened> connecting,
        boost::asio::steady_timer::time_point until = boost::asio::steady_timer::time_point::max()) {
        auto pending = std::make_shared<PendingConnect>(executor, until);
        auto finished = [pending](const std::exception_ptr& thrown, Opened opened) {
            if (thrown) opened = failure(ErrorKind::unavailable, "connecting failed");
            if (!pending->result_) pending->result_ = std::move(opened);
            pending->bell_.cancel();
        };
        boost::asio::co_spawn(
            executor, std::move(connecting),
            boost::asio::bind_cancellation_slot(pending->abort_.slot(), std::move(finished)));
        return pending;
    }

    PendingConnect(const boost::asio::any_io_executor& executor, boost::asio::steady_timer::time_point until)
        : bell_(executor, until) {}

    // What has come of it, for each who asks; unavailable: given up, or not done in time.
    boost::asio::awaitable<Opened*> wait() {
        boost::system::error_code ignored;
        // The bell rings once: who comes after it would wait for nothing.
        if (!result_)
            co_await bell_.async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, ignored));
        if (!result_) result_ = failure(ErrorKind::unavailable, "no connection in time");
        co_return &*result_;
    }
    void give_up() {
        if (!result_) result_ = failure(ErrorKind::unavailable, "the connection is closed");
        abort_.emit(boost::asio::cancellation_type::terminal);
        bell_.cancel();
    }

private:
    boost::asio::steady_timer bell_;  // cancelled when there is a result
    boost::asio::cancellation_signal abort_;
    std::optional<Opened> result_;
};

}  // namespace edgeward::transport
