#pragma once

#include <chrono>
#include <mutex>
#include <optional>
#include <string_view>
#include <vector>

#include <edgeward/core/random.hpp>
#include <edgeward/core/secret.hpp>
#include <edgeward/core/time.hpp>

namespace edgeward::access {

// So many at once, and so many again in each minute.
struct Rate {
    double at_once = 0;
    double per_minute = 0;
};

// A token bucket for each name, in bounded memory as Delays. Threads: any.
class RateLimit {
public:
    explicit RateLimit(Rate rate, Random& random = system_random());

    // Takes one. How long until there is one again when there is none; nothing: it may go on.
    std::optional<std::chrono::seconds> take(std::string_view name, MonotonicTime now);

private:
    struct Bucket {
        double taken = 0;
        MonotonicTime last{};
    };
    Rate rate_;
    Secret key_;
    std::mutex mutex_;
    std::vector<Bucket> buckets_;
};

}  // namespace edgeward::access
