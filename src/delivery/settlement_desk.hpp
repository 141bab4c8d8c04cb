#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/awaitable.hpp>

#include <edgeward/core/log.hpp>
#include <edgeward/store/writer.hpp>

#include "signal.hpp"

namespace edgeward::delivery {

// Runs `work` on ew-db and comes back to the calling coroutine's executor after the commit. `work` needs a
// name of its own before the co_await: GCC 12 destroys the captures of a lambda written within one twice.
boost::asio::awaitable<Result<void>> commit(store::Writer& writer,
                                            std::function<Result<void>(store::ObservationStore&)> work);

// The settlement of a report that waits for older ones of its person.
store::Settlement behind_parked(std::uint64_t report);
// How a claimed report ends, with as many attempts as before.
store::Settlement settlement_of(const store::Delivery& row, store::DeliveryState state, std::string reason);

// Brings settlements of one destination to the store, many in one transaction, without holding up the
// sending. A crash before the commit only means a resend with the same identifiers. On its destination's
// thread.
class SettlementDesk {
public:
    // `on_committed` is called for settlements that are on disk. Nobody waits for a settlement, so those made
    // `within` so long share a transaction, unless there are plenty.
    using Committed = std::function<void(const std::vector<store::Settlement>&)>;
    SettlementDesk(std::string destination, store::Writer& writer,
                   const boost::asio::any_io_executor& executor, Committed on_committed,
                   std::chrono::milliseconds within = std::chrono::milliseconds(20))
        : destination_(std::move(destination)),
          writer_(writer),
          on_committed_(std::move(on_committed)),
          within_(within),
          pending_signal_(executor),
          settled_signal_(executor) {}

    void settle(store::Settlement settlement);
    // Ends after finish() when all is settled.
    boost::asio::awaitable<void> run();
    void finish();
    // Comes back when everything settled before the call is on disk, or cannot be (finish).
    boost::asio::awaitable<void> settled();
    [[nodiscard]] bool is_overloaded() const noexcept { return pending_.size() >= most_pending; }

private:
    static constexpr std::size_t most_pending = 4096;

    // Waits until it is time to commit what is pending.
    boost::asio::awaitable<void> gather();

    std::string destination_;
    store::Writer& writer_;
    Committed on_committed_;
    std::chrono::milliseconds within_;
    Signal pending_signal_;
    Signal settled_signal_;
    std::vector<store::Settlement> pending_;
    std::size_t awaited_ = 0;  // coroutines in settled()
    bool committing_ = false;
    bool finishing_ = false;
    bool abandoned_ = false;
    log::Trouble trouble_;
};

}  // namespace edgeward::delivery
