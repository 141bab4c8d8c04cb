#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <edgeward/core/metrics.hpp>
#include <edgeward/ingest/observation_source.hpp>

namespace edgeward::ingest {

// What every answer that is due has; sources add whom to tell.
struct DueAnswer {
    std::uint64_t ticket = 0;
    Fate fate = Fate::stored;
    std::string reason;
};

// The answers that senders wait for until what they sent is committed, in the order of their tickets.
// Threads: any; one of them hands over.
template <typename Due>
class DueAnswers {
public:
    // `waiting` shows how many are due.
    explicit DueAnswers(metrics::Gauge waiting) : waiting_(waiting) { waiting_.set(0); }

    // Gives the message its ticket and hands it to `taker`. Its answer is due before that: the commit may
    // come first. False: the taker is closed, now or since an earlier one; no answer is due.
    bool hand_over(model::RawMessage message, Due due, const MessageHandler& taker) {
        {
            const std::lock_guard lock(mutex_);
            if (closed_) return false;
            message.ticket = due.ticket = ++taken_;
            due_.push_back(std::move(due));
            show();
        }
        if (taker(std::move(message))) return true;
        const std::lock_guard lock(mutex_);
        // Not taken: it is the newest, as nobody else hands over.
        closed_ = true;
        --taken_;
        due_.pop_back();
        show();
        return false;
    }

    void tell(std::uint64_t ticket, Fate fate, std::string_view reason) {
        const std::lock_guard lock(mutex_);
        const auto due = std::ranges::find(due_, ticket, &Due::ticket);
        if (due == due_.end()) return;
        due->fate = fate;
        due->reason = reason;
    }

    // Those that may be given now, and are due no longer.
    std::vector<Due> committed_through(std::uint64_t ticket) {
        const std::lock_guard lock(mutex_);
        committed_ = std::max(committed_, ticket);
        std::vector<Due> ready;
        while (!due_.empty() && due_.front().ticket <= committed_) {
            ready.push_back(std::move(due_.front()));
            due_.pop_front();
        }
        show();
        return ready;
    }

    // Newest tickets handed over and committed.
    void describe(SourceStatus& status) const {
        const std::lock_guard lock(mutex_);
        status.received = taken_;
        status.acknowledged = std::min(committed_, taken_);
    }

private:
    void show() const { waiting_.set(static_cast<double>(due_.size())); }

    metrics::Gauge waiting_;
    mutable std::mutex mutex_;
    std::deque<Due> due_;
    std::uint64_t taken_ = 0;
    std::uint64_t committed_ = 0;
    bool closed_ = false;
};

}  // namespace edgeward::ingest
