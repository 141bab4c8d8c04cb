#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace edgeward {

// A zone's rule for every year, as POSIX writes it in TZ (IEEE 1003.1 §8.3, with RFC 8536 §3.3.1: hours from
// -167 to 167 and names in angle brackets): "CET-1CEST,M3.5.0,M10.5.0/3". A value type; no I/O.
class ZoneRule {
public:
    // Nothing when the text is not such a rule.
    static std::optional<ZoneRule> parse(std::string_view text);

    // Seconds east of UTC at a time in seconds since 1970.
    [[nodiscard]] int offset_at(std::int64_t utc) const noexcept;
    // Every offset the rule can give.
    [[nodiscard]] std::vector<int> offsets() const;

    // The day and second of a year at which daylight saving begins or ends.
    struct Change {
        enum class Form : std::uint8_t { month_week_day, day_without_leap, day_with_leap };
        Form form = Form::month_week_day;
        int month = 1;      // 1-12
        int week = 1;       // 1-5, 5: the last
        int day = 0;        // of the week, 0: Sunday; or of the year
        int second = 7200;  // from local midnight, may be negative

        // In local seconds since 1970, as if local time were UTC.
        [[nodiscard]] std::int64_t in_year(int year) const noexcept;
    };

private:
    struct Daylight {
        int offset = 0;
        Change begin;
        Change end;
    };
    int standard_offset_ = 0;
    std::optional<Daylight> daylight_;
};

}  // namespace edgeward
