#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include <edgeward/config/document.hpp>
#include <edgeward/core/time.hpp>

namespace edgeward::app {

// [disk]: when reading stops for want of room, and goes on. What is left below serves audit records,
// settlements and commands.
struct DiskSettings {
    std::uint64_t stop_below = std::uint64_t{256} << 20U;    // octets of room
    std::uint64_t resume_above = std::uint64_t{384} << 20U;  // octets of room
    double stop_percent = 1;                                 // of the file system; the larger limit counts
    double resume_percent = 2;
    std::chrono::milliseconds check_interval = std::chrono::seconds(5);
};
DiskSettings read_disk_settings(config::Section section);

// Room: what the file system still gives us and the pages inside store.db that are used again first.
struct DiskRoom {
    std::uint64_t capacity = 0;  // of the file system, octets
    std::uint64_t room = 0;
    std::uint64_t used = 0;  // by the content of store.db
    std::uint64_t free = 0;  // of the file system alone
};

// Whether reading should stop, with hysteresis. A value type.
class DiskLevel {
public:
    explicit DiskLevel(const DiskSettings& settings) : settings_(settings) {}

    // True when that changed it.
    bool update(const DiskRoom& now);
    [[nodiscard]] bool is_low() const noexcept { return low_; }
    [[nodiscard]] std::uint64_t stops_below(std::uint64_t capacity) const;
    [[nodiscard]] std::uint64_t resumes_above(std::uint64_t capacity) const;

private:
    DiskSettings settings_;
    bool low_ = false;
};

// How fast the content of store.db grows: an exponentially weighted mean over the last quarter of an hour,
// free of the bias of its beginning. Steps in which it shrank (retention, erasure) are left out: it is to say
// how long the disk lasts when nothing leaves. A value type.
class FillRate {
public:
    void add(std::uint64_t used, MonotonicTime at);
    // Octets a second; nothing before the second sample.
    [[nodiscard]] std::optional<double> per_second() const;

private:
    std::optional<std::uint64_t> used_;
    MonotonicTime at_{};
    double sum_ = 0;     // weighted octets a second
    double weight_ = 0;  // 1 - e^(-seen/period)
};

// How long the room above `stops_below` lasts; infinite when nothing grows, nothing when the rate is unknown.
std::optional<double> seconds_left(const DiskRoom& now, std::uint64_t stops_below,
                                   std::optional<double> per_second);

}  // namespace edgeward::app
