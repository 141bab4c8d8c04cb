#include <edgeward/access/rate_limit.hpp>

#include <algorithm>
#include <cmath>

#include "keyed_place.hpp"

namespace edgeward::access {

RateLimit::RateLimit(Rate rate, Random& random)
    : rate_(rate), key_(random_place_key(random)), buckets_(keyed_places) {}

std::optional<std::chrono::seconds> RateLimit::take(std::string_view name, MonotonicTime now) {
    const std::size_t place = keyed_place(key_, name);
    const std::lock_guard lock(mutex_);
    Bucket& bucket = buckets_[place];
    const std::chrono::duration<double, std::ratio<60>> passed = now - bucket.last;
    bucket.taken = std::max(0.0, bucket.taken - passed.count() * rate_.per_minute);
    bucket.last = now;
    if (bucket.taken + 1 > rate_.at_once) {
        const double minutes = (bucket.taken + 1 - rate_.at_once) / rate_.per_minute;
        return std::chrono::seconds(static_cast<std::int64_t>(std::ceil(minutes * 60)));
    }
    bucket.taken += 1;
    return std::nullopt;
}

}  // namespace edgeward::access
