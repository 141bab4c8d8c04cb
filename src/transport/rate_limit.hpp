#pragma once

#include <chrono>

#include <edgeward/core/time.hpp>

namespace edgeward::transport {

// At most so many sends per second on average, one second's worth at once (GCRA, the token bucket without
// tokens). A value type; one thread.
class RateLimit {
public:
    // 0: no limit.
    explicit RateLimit(double per_second);

    // How long the next send has to wait. It counts as taken.
    std::chrono::nanoseconds reserve(MonotonicTime now);

private:
    std::chrono::nanoseconds interval_{0};
    std::chrono::nanoseconds tolerance_{0};
    MonotonicTime next_{};
};

}  // namespace edgeward::transport
