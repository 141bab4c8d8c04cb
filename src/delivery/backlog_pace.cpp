#include "backlog_pace.hpp"

#include <algorithm>
#include <chrono>

namespace edgeward::delivery {
namespace {

using std::chrono::milliseconds;

// 3,200 a second. Measured with two receivers on two processors (docs/performance.md, draining).
constexpr std::size_t claim_at_once = 48;
constexpr milliseconds between_claims{15};
constexpr std::size_t old_for_a_fresh = 6;
constexpr std::size_t largest_message = 16;
constexpr milliseconds expect_more{250};

}  // namespace

void BacklogPace::fresh_came(std::size_t reports, MonotonicTime now) noexcept {
    fresh_ += reports;
    fresh_until_ = now + expect_more;
}

std::size_t BacklogPace::may_claim(std::size_t most, MonotonicTime now) const noexcept {
    if (!is_considerate(now)) return most;
    if (now < next_claim_) return 0;
    return std::min(most, std::max(claim_at_once, fresh_ * old_for_a_fresh));
}

void BacklogPace::claims(MonotonicTime now) noexcept {
    next_claim_ = now + between_claims;
    fresh_ = 0;
}

std::size_t BacklogPace::in_a_message(std::size_t most, MonotonicTime now) const noexcept {
    return is_considerate(now) ? std::min(most, largest_message) : most;
}

}  // namespace edgeward::delivery
