#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

#include <edgeward/core/time.hpp>
#include <edgeward/delivery/egress_settings.hpp>

namespace edgeward::delivery {

// How much leaves for one destination, in hours and days of UTC, and whether that is more than it may be or
// more than it usually is. Pure; the caller says the time. One thread.
//
// What is usual is learned from whole hours: mean m and mean deviation d of the messages an hour, each moved
// by 1/24 towards what an hour had, after the hour was cut at the limit, so that one flood teaches little.
// The limit is the greatest of 4 m, m + 8 d and 600 messages; it holds after 24 hours. Nothing of it survives
// a restart; the budgets of the settings do not depend on it, but count anew too.
class VolumeBudget {
public:
    explicit VolumeBudget(const VolumeSettings& settings) : settings_(settings) {}

    struct Excess {
        std::string_view limit;             // messages_per_hour, octets_per_day, learned …
        std::chrono::milliseconds wait{0};  // until its window ends
        bool pauses = true;                 // false: it is only to be told, once in its window
    };
    // Counts a message that is about to leave, unless it would be too much. One message alone may be larger
    // than a budget of octets.
    std::optional<Excess> take(Instant now, std::size_t octets);
    // The operator lets the destination go on: counts anew, and what is learned says nothing in this hour.
    void forgive(Instant now);

    // Messages an hour beyond which it is told; nothing before 24 hours have passed.
    [[nodiscard]] std::optional<double> learned_limit() const;

private:
    struct Window {
        std::int64_t number = 0;
        std::uint64_t messages = 0;
        std::uint64_t octets = 0;
    };
    void roll(Instant now);
    void learn(double messages);
    [[nodiscard]] std::optional<Excess> excess(Instant now, std::size_t octets);
    [[nodiscard]] std::optional<Excess> learned_excess(Instant now);

    const VolumeSettings settings_;
    Window hour_;
    Window day_;
    bool begun_ = false;
    double mean_ = 0;
    double deviation_ = 0;
    std::uint32_t hours_ = 0;
    std::uint64_t seen_this_hour_ = 0;  // also what was forgiven
    std::int64_t told_hour_ = -1;
    std::int64_t forgiven_hour_ = -1;
};

}  // namespace edgeward::delivery
