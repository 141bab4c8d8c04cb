#include <algorithm>

#include "rate_limit.hpp"

namespace edgeward::transport {

using std::chrono::nanoseconds;

RateLimit::RateLimit(double per_second) {
    if (per_second <= 0) return;
    constexpr nanoseconds second = std::chrono::seconds(1);
    interval_ = std::chrono::duration_cast<nanoseconds>(std::chrono::duration<double>(1 / per_second));
    tolerance_ = std::max(nanoseconds(0), second - interval_);
}

nanoseconds RateLimit::reserve(MonotonicTime now) {
    if (interval_ == nanoseconds(0)) return nanoseconds(0);
    const MonotonicTime start = std::max(next_, now - tolerance_);
    next_ = start + interval_;
    return std::max(nanoseconds(0), nanoseconds(start - now));
}

}  // namespace edgeward::transport
