#pragma once

#include <chrono>
#include <cstdint>
#include <thread>

namespace edgeward::backup {

// Sleeps so that no more than `rate` octets pass in a second; 0: as fast as it goes.
class Pace {
public:
    explicit Pace(std::uint64_t rate) : rate_(rate) {}
    void passed(std::uint64_t octets) {
        octets_ += octets;
        if (rate_ == 0) return;
        const std::chrono::duration<double> due(static_cast<double>(octets_) / static_cast<double>(rate_));
        std::this_thread::sleep_until(begin_ + std::chrono::duration_cast<std::chrono::nanoseconds>(due));
    }

private:
    std::uint64_t rate_;
    std::uint64_t octets_ = 0;
    std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
};

}  // namespace edgeward::backup
