#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include <edgeward/core/result.hpp>

namespace edgeward {

// A point in time in UTC to the millisecond.
using Instant = std::chrono::sys_time<std::chrono::milliseconds>;
// For durations and deadlines: never steps, says nothing about the date.
using MonotonicTime = std::chrono::steady_clock::time_point;

// Where the gateway reads the time. Modules of layer 2 get values instead.
// Threads: all members may be called by any thread.
class Clock {
public:
    Clock() = default;
    Clock(const Clock&) = delete;
    Clock& operator=(const Clock&) = delete;
    virtual ~Clock() = default;

    [[nodiscard]] virtual Instant now() const = 0;
    [[nodiscard]] virtual MonotonicTime monotonic() const = 0;
};

// The machine's clocks. Lives as long as the process.
const Clock& system_clock();

// RFC 3339 in UTC with milliseconds: 2026-11-23T18:48:46.123Z.
std::string to_rfc3339(Instant instant);

// A local time with its distance from UTC, as devices state it.
struct ZonedTime {
    Instant utc{};
    int offset_minutes = 0;  // local = utc + offset; -14 h … +14 h

    friend bool operator==(const ZonedTime&, const ZonedTime&) = default;
};

// RFC 3339 with the stated offset: 2026-11-23T19:48:46.123+01:00; "Z" for offset 0.
std::string to_rfc3339(const ZonedTime& time);

// Parses ISO 8601 extended date-times "YYYY-MM-DD(T| )hh:mm[:ss[.fff…]][Z|±hh[:]mm]". Fractions beyond
// milliseconds are cut. Without a zone the result is invalid_input; use parse_local_time for those.
Result<ZonedTime> parse_rfc3339(std::string_view text);

// The days of a date that may be without day or month, as birth dates are: "1961", "1961-02", "1961-02-03".
// Nothing: it is not one.
struct DaySpan {
    std::chrono::sys_days first;
    std::chrono::sys_days last;
    friend bool operator==(const DaySpan&, const DaySpan&) = default;
};
std::optional<DaySpan> parse_date(std::string_view text);

// Parses a date-time without a zone, in the named zone of the operating system's database ("Europe/Berlin",
// "UTC"). An hour that happens twice is taken as its first occurrence; one that does not happen is
// invalid_input.
Result<ZonedTime> parse_local_time(std::string_view text, std::string_view zone);

// The offset in force at `instant` in the named zone; misconfigured when the zone is unknown.
Result<int> zone_offset_minutes(Instant instant, std::string_view zone);

}  // namespace edgeward
