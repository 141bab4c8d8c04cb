#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include <edgeward/core/backoff.hpp>
#include <edgeward/core/log.hpp>
#include <edgeward/core/metrics.hpp>
#include <edgeward/core/random.hpp>
#include <edgeward/core/time.hpp>
#include <edgeward/transport/transport.hpp>

#include "notice_text.hpp"

namespace edgeward::notification {

// How the telling of one notice has ended.
enum class Ending : std::uint8_t { told, denied, refused };

// Tells one target what it is to be told, one notice after the other and in order, for as long as it takes.
// All members run on the executor, a single thread.
class TargetLane : public std::enable_shared_from_this<TargetLane> {
public:
    struct Parts {
        boost::asio::any_io_executor executor;
        Random& random;
        const Clock& clock;
        metrics::Registry& metrics;
        // The rule of the permit; denied: what the policies say of it now.
        std::function<Result<std::string>(const alarm::Alarm&)> permit;
        // Sends a body; the second names it on the way.
        std::function<boost::asio::awaitable<transport::Outcome>(std::string body, std::string identifier)>
            send;
        // A notice is done with; called when the alarm's commit is known too.
        std::function<void(const store::AlarmNotice&, Ending, std::string rule)> settle;
    };
    TargetLane(TargetSettings settings, Parts parts);
    TargetLane(const TargetLane&) = delete;
    TargetLane& operator=(const TargetLane&) = delete;
    ~TargetLane() = default;

    // `committed`: it is on disk. Otherwise on_disk() follows.
    void push(Telling telling, bool committed);
    void on_disk(const store::AlarmNotice& notice);
    // Ends the lane; what waits is on disk.
    void close();
    // Of erased persons: nothing of them is told any more.
    void forget(const std::function<bool(const model::Pseudonym&)>& theirs);
    // Alertmanager: alerts that go on, so that it does not take them for ended.
    boost::asio::awaitable<void> refresh(std::vector<Telling> going_on);

    [[nodiscard]] const TargetSettings& settings() const noexcept { return settings_; }

private:
    using Key = std::pair<std::string, std::uint64_t>;  // alarm, sequence
    static boost::asio::awaitable<void> run(std::shared_ptr<TargetLane> self);
    boost::asio::awaitable<bool> tell(Telling& telling);
    [[nodiscard]] Result<std::string> body_of(const Telling& telling) const;
    void finish(const Telling& telling, Ending ending, std::string rule);

    TargetSettings settings_;
    Parts parts_;
    boost::asio::steady_timer pause_;
    std::deque<Telling> waiting_;
    std::set<Key> uncommitted_;
    std::map<Key, std::pair<Ending, std::string>> ended_early_;  // told before the commit was known
    bool running_ = false;
    bool closed_ = false;
    Backoff backoff_;
    log::Trouble trouble_;
    metrics::Histogram latency_;
    metrics::Gauge queue_;
};

}  // namespace edgeward::notification
