#pragma once

#include <chrono>
#include <cstdint>

#include <edgeward/core/random.hpp>

namespace edgeward {

struct BackoffSettings {
    std::chrono::milliseconds first{1000};
    std::chrono::milliseconds longest{60000};
};

// How long to wait before the next attempt: doubles from `first` to `longest`, with "equal jitter" (a random
// share of the upper half), so that many clients do not come back in step. A value type; one thread.
class Backoff {
public:
    explicit Backoff(const BackoffSettings& settings = {}) : settings_(settings) {}
    // The wait after one more failure.
    std::chrono::milliseconds next(Random& random);
    void reset() noexcept { failures_ = 0; }
    [[nodiscard]] std::uint32_t failures() const noexcept { return failures_; }

private:
    BackoffSettings settings_;
    std::uint32_t failures_ = 0;
};

}  // namespace edgeward
