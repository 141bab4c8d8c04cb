#include "failure_tally.hpp"

#include <utility>
#include <vector>

namespace edgeward::app {
namespace {

constexpr std::chrono::minutes between{1};

}  // namespace

void FailureTally::failed(const std::string& who, MonotonicTime now) {
    std::uint64_t count = 0;
    {
        const std::lock_guard lock(mutex_);
        const auto [place, fresh] = entries_.try_emplace(who);
        Entry& entry = place->second;
        ++entry.untold;
        if (fresh || now - entry.told >= between) {
            count = std::exchange(entry.untold, 0);
            entry.told = now;
        }
    }
    if (count > 0) tell_(who, count);
}

void FailureTally::flush(MonotonicTime now, bool all) {
    std::vector<std::pair<std::string, std::uint64_t>> due;
    {
        const std::lock_guard lock(mutex_);
        for (auto& [who, entry] : entries_) {
            if (entry.untold == 0 || (!all && now - entry.told < between)) continue;
            due.emplace_back(who, std::exchange(entry.untold, 0));
            entry.told = now;
        }
    }
    for (const auto& [who, count] : due)
        tell_(who, count);
}

}  // namespace edgeward::app
