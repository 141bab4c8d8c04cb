#pragma once

#include <mutex>
#include <string>
#include <unordered_map>

#include <edgeward/policy/permit.hpp>

namespace edgeward::policy {

// All that a disclosure is decided by, as octets of one meaning: two requests have the same octets only when
// no policy can tell them apart.
std::string octets_of(const DisclosureRequest& request);

// Answers one set of policies has given. A decision is a pure function of the set and the request, and one
// device asks the same for every report, so that a report costs one look instead of an evaluation. Forgets
// everything when it holds more than `most`, which only keeps a caller's mistake from costing memory.
// Threads: any; one lock, never held while a question is decided.
class DisclosureMemory {
public:
    explicit DisclosureMemory(std::size_t most = 10'000) : most_(most) {}

    // The remembered answer, or that of `decide`, which is then remembered.
    template <typename Decide>
    Decision recall(const DisclosureRequest& request, const Decide& decide) {
        std::string octets = octets_of(request);
        {
            const std::lock_guard lock(mutex_);
            if (const auto known = answers_.find(octets); known != answers_.end()) return known->second;
        }
        Decision decision = decide(request);
        const std::lock_guard lock(mutex_);
        if (answers_.size() >= most_) answers_.clear();
        answers_.insert_or_assign(std::move(octets), decision);
        return decision;
    }

private:
    std::size_t most_;
    std::mutex mutex_;
    std::unordered_map<std::string, Decision> answers_;
};

}  // namespace edgeward::policy
