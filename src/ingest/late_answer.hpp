#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace edgeward::ingest {

// The answer to one message, from whichever thread commits it to the coroutine that waits for it. Always held
// by a shared_ptr: it is shared with the reply.
template <typename Answer>
class LateAnswer : public std::enable_shared_from_this<LateAnswer<Answer>> {
public:
    // `io` lives as long as its owner does; its only thread runs the coroutine.
    LateAnswer(std::weak_ptr<void> owner, boost::asio::io_context& io) : owner_(std::move(owner)), io_(io) {}

    std::function<void(Answer)> reply() {
        return [self = this->shared_from_this()](Answer answer) { self->give(std::move(answer)); };
    }
    // Once.
    boost::asio::awaitable<Answer> wait() {
        boost::asio::steady_timer bell(io_, boost::asio::steady_timer::time_point::max());
        bell_ = &bell;
        while (!is_given())
            co_await bell.async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
        bell_ = nullptr;
        co_return std::move(answer_);
    }

private:
    void give(Answer answer) {
        {
            const std::lock_guard lock(mutex_);
            if (given_) return;
            given_ = true;
            answer_ = std::move(answer);
        }
        // An owner that has ended has nobody left who waits.
        if (const auto owner = owner_.lock()) {
            boost::asio::post(io_, [self = this->shared_from_this()] {
                if (self->bell_ != nullptr) self->bell_->cancel();
            });
        }
    }
    bool is_given() {
        const std::lock_guard lock(mutex_);
        return given_;
    }

    std::weak_ptr<void> owner_;
    boost::asio::io_context& io_;
    boost::asio::steady_timer* bell_ = nullptr;  // the coroutine's thread's
    std::mutex mutex_;
    bool given_ = false;
    Answer answer_{};
};

}  // namespace edgeward::ingest
