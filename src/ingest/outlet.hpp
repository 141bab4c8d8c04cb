#pragma once

#include <utility>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <edgeward/core/bytes.hpp>

namespace edgeward::ingest {

// The one writer of a stream: others add to pending() and wake() it; who must not run ahead waits for
// drained(). One thread.
template <typename Stream>
class Outlet {
public:
    explicit Outlet(const boost::asio::any_io_executor& executor) : wake_(executor), drained_(executor) {
        wake_.expires_at(boost::asio::steady_timer::time_point::max());
        drained_.expires_at(boost::asio::steady_timer::time_point::max());
    }

    Bytes& pending() noexcept { return pending_; }
    void wake() {
        if (!pending_.empty()) wake_.cancel();
    }
    void close() {
        closed_ = true;
        wake_.cancel();
        drained_.cancel();
    }

    // Writes until the stream fails or close(); returns why.
    boost::asio::awaitable<boost::system::error_code> run(Stream& stream) {
        boost::system::error_code error;
        while (!error && !closed_) {
            if (pending_.empty()) {
                drained_.cancel();
                co_await wait(wake_);
                continue;
            }
            writing_.swap(pending_);
            co_await boost::asio::async_write(stream, boost::asio::buffer(writing_),
                                              boost::asio::redirect_error(boost::asio::use_awaitable, error));
            writing_.clear();
        }
        co_return error;
    }

    // Until everything added has been written, or close().
    boost::asio::awaitable<void> drained() {
        while (!closed_ && !(pending_.empty() && writing_.empty()))
            co_await wait(drained_);
    }

private:
    // A timer that never expires is Asio's condition variable: cancel() wakes its waiters.
    static boost::asio::awaitable<void> wait(boost::asio::steady_timer& timer) {
        boost::system::error_code woken;
        co_await timer.async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, woken));
    }

    Bytes pending_;
    Bytes writing_;
    bool closed_ = false;
    boost::asio::steady_timer wake_;
    boost::asio::steady_timer drained_;
};

}  // namespace edgeward::ingest
