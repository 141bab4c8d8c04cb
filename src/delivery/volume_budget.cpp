#include "volume_budget.hpp"

#include <algorithm>
#include <cmath>

namespace edgeward::delivery {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;

constexpr double pace = 1.0 / 24;
constexpr double times_usual = 4;
constexpr double times_deviation = 8;
constexpr double least_limit = 600;
constexpr std::uint32_t warm_up = 24;          // hours
constexpr std::int64_t most_quiet_hours = 96;  // after which nothing changes any more

template <typename Unit>
std::int64_t number_of(Instant now) {
    return std::chrono::floor<Unit>(now.time_since_epoch()).count();
}

template <typename Unit>
milliseconds rest_of(Instant now) {
    const auto end = Instant(Unit(number_of<Unit>(now) + 1));
    return std::chrono::duration_cast<milliseconds>(end - now);
}

}  // namespace

void VolumeBudget::learn(double messages) {
    if (const auto limit = learned_limit()) messages = std::min(messages, *limit);
    if (hours_ == 0) {
        mean_ = messages;
    } else {
        deviation_ += pace * (std::abs(messages - mean_) - deviation_);
        mean_ += pace * (messages - mean_);
    }
    hours_ = std::min(hours_ + 1, warm_up);
}

void VolumeBudget::roll(Instant now) {
    const std::int64_t hour = number_of<hours>(now);
    const std::int64_t day = number_of<std::chrono::days>(now);
    if (begun_ && hour > hour_.number) {
        learn(static_cast<double>(seen_this_hour_));
        const std::int64_t quiet = std::min(hour - hour_.number - 1, most_quiet_hours);
        for (std::int64_t i = 0; i < quiet; ++i)
            learn(0);
    }
    // A clock that is set back begins a window too.
    if (!begun_ || hour != hour_.number) {
        hour_ = {hour, 0, 0};
        seen_this_hour_ = 0;
    }
    if (!begun_ || day != day_.number) day_ = {day, 0, 0};
    begun_ = true;
}

std::optional<VolumeBudget::Excess> VolumeBudget::excess(Instant now, std::size_t octets) {
    auto over = [](std::uint64_t limit, std::uint64_t had, std::uint64_t more) {
        return limit != 0 && had != 0 && had + more > limit;
    };
    if (over(settings_.messages_per_hour, hour_.messages, 1))
        return Excess{"messages_per_hour", rest_of<hours>(now)};
    if (over(settings_.octets_per_hour, hour_.octets, octets))
        return Excess{"octets_per_hour", rest_of<hours>(now)};
    if (over(settings_.messages_per_day, day_.messages, 1))
        return Excess{"messages_per_day", rest_of<std::chrono::days>(now)};
    if (over(settings_.octets_per_day, day_.octets, octets))
        return Excess{"octets_per_day", rest_of<std::chrono::days>(now)};
    return learned_excess(now);
}

std::optional<VolumeBudget::Excess> VolumeBudget::learned_excess(Instant now) {
    const auto limit = learned_limit();
    if (settings_.learned == Learned::off || !limit || forgiven_hour_ == hour_.number) return std::nullopt;
    if (static_cast<double>(seen_this_hour_ + 1) <= *limit) return std::nullopt;
    if (settings_.learned == Learned::pause) return Excess{"learned", rest_of<hours>(now)};
    if (told_hour_ == hour_.number) return std::nullopt;
    told_hour_ = hour_.number;
    return Excess{"learned", rest_of<hours>(now), false};
}

std::optional<VolumeBudget::Excess> VolumeBudget::take(Instant now, std::size_t octets) {
    roll(now);
    const auto found = excess(now, octets);
    if (found && found->pauses) return found;
    for (Window* window : {&hour_, &day_}) {
        ++window->messages;
        window->octets += octets;
    }
    ++seen_this_hour_;
    return found;
}

void VolumeBudget::forgive(Instant now) {
    roll(now);
    for (Window* window : {&hour_, &day_}) {
        window->messages = 0;
        window->octets = 0;
    }
    forgiven_hour_ = hour_.number;
}

std::optional<double> VolumeBudget::learned_limit() const {
    if (hours_ < warm_up) return std::nullopt;
    return std::max({times_usual * mean_, mean_ + times_deviation * deviation_, least_limit});
}

}  // namespace edgeward::delivery
