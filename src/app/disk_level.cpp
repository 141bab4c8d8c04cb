#include "disk_level.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace edgeward::app {
namespace {

constexpr double period_seconds = 900;

std::uint64_t share_of(std::uint64_t capacity, double percent) {
    return static_cast<std::uint64_t>(static_cast<double>(capacity) * percent / 100);
}

}  // namespace

DiskSettings read_disk_settings(config::Section section) {
    DiskSettings settings;
    constexpr std::uint64_t least = std::uint64_t{16} << 20U;
    constexpr std::uint64_t most = std::uint64_t{1} << 40U;
    settings.stop_below = section.size("stop_below", settings.stop_below, least, most);
    settings.resume_above = section.size("resume_above", settings.resume_above, least, most);
    settings.stop_percent = section.number("stop_percent", settings.stop_percent, 0, 50);
    settings.resume_percent = section.number("resume_percent", settings.resume_percent, 0, 60);
    settings.check_interval = section.duration("check_interval", settings.check_interval,
                                               std::chrono::milliseconds(100), std::chrono::minutes(5));
    if (settings.resume_above <= settings.stop_below)
        section.problem("resume_above", "expected more than disk.stop_below");
    if (settings.stop_percent > 0 && settings.resume_percent <= settings.stop_percent)
        section.problem("resume_percent", "expected more than disk.stop_percent");
    return settings;
}

std::uint64_t DiskLevel::stops_below(std::uint64_t capacity) const {
    return std::max(settings_.stop_below, share_of(capacity, settings_.stop_percent));
}

std::uint64_t DiskLevel::resumes_above(std::uint64_t capacity) const {
    return std::max(settings_.resume_above, share_of(capacity, settings_.resume_percent));
}

bool DiskLevel::update(const DiskRoom& now) {
    const bool before = low_;
    if (low_)
        low_ = now.room <= resumes_above(now.capacity);
    else
        low_ = now.room < stops_below(now.capacity);
    return low_ != before;
}

void FillRate::add(std::uint64_t used, MonotonicTime at) {
    const auto before = used_;
    const double seconds = std::chrono::duration<double>(at - at_).count();
    used_ = used;
    at_ = at;
    if (!before || used < *before || seconds <= 0) return;
    const double keep = std::exp(-seconds / period_seconds);
    sum_ = sum_ * keep + (1 - keep) * static_cast<double>(used - *before) / seconds;
    weight_ = weight_ * keep + (1 - keep);
}

std::optional<double> FillRate::per_second() const {
    if (weight_ <= 0) return std::nullopt;
    return sum_ / weight_;
}

std::optional<double> seconds_left(const DiskRoom& now, std::uint64_t stops_below,
                                   std::optional<double> per_second) {
    if (!per_second) return std::nullopt;
    const std::uint64_t above = now.room > stops_below ? now.room - stops_below : 0;
    if (above == 0) return 0;
    // Less than an octet a minute is no growth but the rest of an older one.
    if (*per_second < 1.0 / 60) return std::numeric_limits<double>::infinity();
    return static_cast<double>(above) / *per_second;
}

}  // namespace edgeward::app
