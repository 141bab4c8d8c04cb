#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <edgeward/transport/transport.hpp>

namespace edgeward::delivery {

// What a test sees and says of one destination's connection.
struct FakePeer {
    // Judges one message; called in the order of sending.
    using Judge = std::function<transport::Outcome(const transport::OutboundMessage&)>;

    std::mutex mutex;
    Judge judge = [](const transport::OutboundMessage&) { return transport::Outcome{}; };
    std::vector<transport::OutboundMessage> seen;
    std::size_t concurrency = 2;
    std::size_t reports_per_message = 1;
    std::chrono::milliseconds turn{0};  // how long an exchange takes; close() does not shorten it
    bool keep = true;                   // false: `seen` stays empty
    std::string abilities;
    std::size_t times_asked = 0;  // for them

    std::vector<transport::OutboundMessage> messages() {
        const std::lock_guard lock(mutex);
        return seen;
    }
    std::size_t count() {
        const std::lock_guard lock(mutex);
        return seen.size();
    }
    std::chrono::milliseconds length_of_turn() {
        const std::lock_guard lock(mutex);
        return turn;
    }
    void set_turn(std::chrono::milliseconds next) {
        const std::lock_guard lock(mutex);
        turn = next;
    }
    void set_abilities(std::string next) {
        const std::lock_guard lock(mutex);
        abilities = std::move(next);
    }
    std::string say_abilities() {
        const std::lock_guard lock(mutex);
        ++times_asked;
        return abilities;
    }
    std::size_t asked() {
        const std::lock_guard lock(mutex);
        return times_asked;
    }
    void set_judge(Judge next) {
        const std::lock_guard lock(mutex);
        judge = std::move(next);
    }
};

inline transport::Outcome refuse(ErrorKind kind, bool message_only = false, std::string foreign = {}) {
    return tl::unexpected<transport::Refusal>(
        transport::Refusal{{kind, "refused by the test", std::move(foreign)}, message_only, {}});
}

class FakeTransport final : public transport::Transport {
public:
    explicit FakeTransport(std::shared_ptr<FakePeer> peer) : peer_(std::move(peer)) {}
    boost::asio::awaitable<transport::Outcome> send(transport::OutboundMessage message) override {
        // A turn of the loop, as a real exchange has.
        boost::asio::steady_timer turn(co_await boost::asio::this_coro::executor, peer_->length_of_turn());
        co_await turn.async_wait(boost::asio::use_awaitable);
        const std::lock_guard lock(peer_->mutex);
        if (peer_->keep) peer_->seen.push_back(message);
        co_return peer_->judge(message);
    }
    boost::asio::awaitable<Result<std::string>> abilities() override { co_return peer_->say_abilities(); }
    [[nodiscard]] std::size_t concurrency() const override { return peer_->concurrency; }
    [[nodiscard]] std::size_t reports_per_message() const override { return peer_->reports_per_message; }
    void close() override {}

private:
    std::shared_ptr<FakePeer> peer_;  // shared: the test looks at it while the flow owns the transport
};

}  // namespace edgeward::delivery
