#include "backlog_pace.hpp"

#include <algorithm>
#include <chrono>

namespace edgeward::delivery {
namespace {

using std::chrono::milliseconds;

// 2,800 a second. Measured with two receivers on two processors (docs/performance.md, draining).
constexpr std::size_t claim_at_once = 28;
constexpr milliseconds between_claims{10};
constexpr std::size_t old_for_a_fresh = 6;
constexpr std::size_t small_message = 10;
constexpr milliseconds expect_more{250};

}  // namespace

void BacklogPace::fresh_came(std::size_t reports, MonotonicTime now) noexcept {
    fresh_ += reports;
    last_fresh_ = reports;
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
    if (!is_considerate(now)) return most;
    return std::min(most, std::max(small_message, 2 * last_fresh_));
}

}  // namespace edgeward::delivery
