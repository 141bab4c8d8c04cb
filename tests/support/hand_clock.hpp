#pragma once

#include <atomic>
#include <chrono>

#include <edgeward/core/time.hpp>

namespace edgeward::support {

// A clock that goes on when the test says so. Any thread.
class HandClock final : public Clock {
public:
    explicit HandClock(Instant start) : start_(start) {}
    [[nodiscard]] Instant now() const override { return start_ + passed_.load(); }
    [[nodiscard]] MonotonicTime monotonic() const override {
        return MonotonicTime(std::chrono::hours(1)) + passed_.load();
    }
    void pass(std::chrono::milliseconds time) { passed_ = passed_.load() + time; }

private:
    const Instant start_;
    std::atomic<std::chrono::milliseconds> passed_{std::chrono::milliseconds(0)};
};

}  // namespace edgeward::support
