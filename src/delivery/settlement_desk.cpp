#include "settlement_desk.hpp"

#include <boost/asio/async_result.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>

namespace edgeward::delivery {
namespace {

constexpr std::chrono::seconds commit_retry{1};
// So many are worth a transaction at once.
constexpr std::size_t plenty = 256;

}  // namespace

boost::asio::awaitable<Result<void>> commit(store::Writer& writer,
                                            std::function<Result<void>(store::ObservationStore&)> work) {
    auto executor = co_await boost::asio::this_coro::executor;
    auto start = [&writer, &work, executor](auto handler) {
        // Shared: std::function needs a copyable capture, the handler is move-only.
        auto kept = std::make_shared<decltype(handler)>(std::move(handler));
        auto finish = [kept, executor](Result<void> result) {
            boost::asio::post(executor,
                              [kept, result = std::move(result)]() mutable { (*kept)(std::move(result)); });
        };
        if (!writer.submit({std::move(work), finish, /*may_wait=*/true})) {
            finish(failure(ErrorKind::unavailable, "the store is shut down"));
        }
    };
    co_return co_await boost::asio::async_initiate<const boost::asio::use_awaitable_t<>, void(Result<void>)>(
        start, boost::asio::use_awaitable);
}

store::Settlement behind_parked(std::uint64_t report) {
    store::Settlement settlement;
    settlement.report = report;
    settlement.state = store::DeliveryState::parked;
    settlement.reason = "behind_parked";
    return settlement;
}

store::Settlement settlement_of(const store::Delivery& row, store::DeliveryState state, std::string reason) {
    store::Settlement settlement;
    settlement.report = row.report;
    settlement.state = state;
    settlement.reason = std::move(reason);
    settlement.attempts = row.attempts;
    settlement.claimed = {row.subject, row.digest};
    return settlement;
}

void SettlementDesk::settle(store::Settlement settlement) {
    pending_.push_back(std::move(settlement));
    if (pending_.size() == 1 || pending_.size() == plenty) pending_signal_.notify();
}

void SettlementDesk::finish() {
    finishing_ = true;
    pending_signal_.notify();
}

boost::asio::awaitable<void> SettlementDesk::run() {
    while (!finishing_ || !pending_.empty()) {
        if (pending_.empty()) {
            co_await pending_signal_.wait(Signal::TimePoint::max());
            continue;
        }
        co_await gather();
        committing_ = true;
        auto batch = std::make_shared<std::vector<store::Settlement>>(std::move(pending_));
        pending_.clear();
        std::function<Result<void>(store::ObservationStore&)> settle_batch =
            [this, batch](store::ObservationStore& store) { return store.settle(destination_, *batch); };
        const auto done = co_await commit(writer_, std::move(settle_batch));
        committing_ = false;
        if (done) {
            on_committed_(*batch);
            trouble_.clear("settle", "deliveries can be settled again", {{"destination", destination_}});
        } else {
            trouble_.raise("settle", "deliveries cannot be settled",
                           {{"destination", destination_}, {"reason", done.error().message}});
            if (finishing_) break;  // sent again after the next start, with the same identifiers
            batch->insert(batch->end(), std::make_move_iterator(pending_.begin()),
                          std::make_move_iterator(pending_.end()));
            pending_ = std::move(*batch);
            co_await pending_signal_.wait(after(commit_retry));
        }
        settled_signal_.notify();
    }
    abandoned_ = true;
    settled_signal_.notify();
}

boost::asio::awaitable<void> SettlementDesk::gather() {
    const auto until = after(within_);
    while (!finishing_ && awaited_ == 0 && pending_.size() < plenty &&
           std::chrono::steady_clock::now() < until)
        co_await pending_signal_.wait(until);
}

boost::asio::awaitable<void> SettlementDesk::settled() {
    ++awaited_;
    pending_signal_.notify();
    while ((committing_ || !pending_.empty()) && !abandoned_)
        co_await settled_signal_.wait(Signal::TimePoint::max());
    --awaited_;
}

}  // namespace edgeward::delivery
