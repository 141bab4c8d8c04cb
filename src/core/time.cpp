#include <edgeward/core/text.hpp>
#include <edgeward/core/time.hpp>

#include <charconv>
#include <cstdint>
#include <cstdlib>
#include <optional>

#include "zone_file.hpp"

namespace edgeward {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

constexpr int widest_offset = 14 * 60;

class SystemClock final : public Clock {
public:
    [[nodiscard]] Instant now() const override {
        return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
    }
    [[nodiscard]] MonotonicTime monotonic() const override { return std::chrono::steady_clock::now(); }
};

// "2026-11-23T19:48:46.123" of a local time counted as if it were UTC.
std::string date_and_time(Instant local) {
    const auto date = std::chrono::floor<std::chrono::days>(local);
    const std::chrono::year_month_day day(date);
    const std::chrono::hh_mm_ss time(local - date);
    const int year = static_cast<int>(day.year());
    std::string text;
    text.reserve(std::string_view("2026-11-23T19:48:46.123+01:00").size());
    if (year < 0) text += '-';
    append_padded(text, static_cast<std::uint64_t>(std::abs(year)), 4);
    const auto add = [&text](char before, std::uint64_t number, std::size_t digits) {
        text += before;
        append_padded(text, number, digits);
    };
    add('-', static_cast<unsigned>(day.month()), 2);
    add('-', static_cast<unsigned>(day.day()), 2);
    add('T', static_cast<std::uint64_t>(time.hours().count()), 2);
    add(':', static_cast<std::uint64_t>(time.minutes().count()), 2);
    add(':', static_cast<std::uint64_t>(time.seconds().count()), 2);
    add('.', static_cast<std::uint64_t>(time.subseconds().count()), 3);
    return text;
}

class Scanner {
public:
    explicit Scanner(std::string_view text) noexcept : rest_(text) {}

    [[nodiscard]] bool at_end() const noexcept { return rest_.empty(); }
    bool take(char c) noexcept {
        if (!rest_.starts_with(c)) return false;
        rest_.remove_prefix(1);
        return true;
    }
    // Exactly `digits` decimal digits.
    std::optional<int> number(std::size_t digits) noexcept {
        if (rest_.size() < digits) return std::nullopt;
        int value = 0;
        for (std::size_t i = 0; i < digits; ++i) {
            if (rest_[i] < '0' || rest_[i] > '9') return std::nullopt;
            value = value * 10 + (rest_[i] - '0');
        }
        rest_.remove_prefix(digits);
        return value;
    }
    // One or more digits of a second's fraction, cut to milliseconds.
    std::optional<int> fraction() noexcept {
        int value = 0;
        std::size_t digits = 0;
        for (; !rest_.empty() && rest_.front() >= '0' && rest_.front() <= '9'; ++digits) {
            if (digits < 3) value = value * 10 + (rest_.front() - '0');
            rest_.remove_prefix(1);
        }
        if (digits == 0) return std::nullopt;
        for (; digits < 3; ++digits)
            value *= 10;
        return value;
    }

private:
    std::string_view rest_;
};

std::optional<std::chrono::sys_days> scan_date(Scanner& scanner) {
    const auto year = scanner.number(4);
    if (!year || !scanner.take('-')) return std::nullopt;
    const auto month = scanner.number(2);
    if (!month || !scanner.take('-')) return std::nullopt;
    const auto day = scanner.number(2);
    if (!day) return std::nullopt;
    const std::chrono::year_month_day date(std::chrono::year(*year),
                                           std::chrono::month(static_cast<unsigned>(*month)),
                                           std::chrono::day(static_cast<unsigned>(*day)));
    if (!date.ok()) return std::nullopt;
    return std::chrono::sys_days(date);
}

std::optional<std::chrono::milliseconds> scan_time(Scanner& scanner) {
    const auto hour = scanner.number(2);
    if (!hour || *hour > 23 || !scanner.take(':')) return std::nullopt;
    const auto minute = scanner.number(2);
    if (!minute || *minute > 59) return std::nullopt;
    const auto to_the_minute = std::chrono::hours(*hour) + minutes(*minute);
    if (!scanner.take(':')) return to_the_minute;
    const auto second = scanner.number(2);
    if (!second || *second > 59)
        return std::nullopt;  // leap seconds are smeared or stepped by the machine's clock
    const auto millisecond = scanner.take('.') ? scanner.fraction() : 0;
    if (!millisecond) return std::nullopt;
    return to_the_minute + seconds(*second) + std::chrono::milliseconds(*millisecond);
}

// A local time, counted as if it were UTC.
std::optional<Instant> scan_local(Scanner& scanner) {
    const auto date = scan_date(scanner);
    if (!date || !(scanner.take('T') || scanner.take(' '))) return std::nullopt;
    const auto time = scan_time(scanner);
    if (!time) return std::nullopt;
    return *date + *time;
}

// "Z", "+01:00" or "+0100" in minutes.
std::optional<int> scan_offset(Scanner& scanner) {
    if (scanner.take('Z')) return 0;
    const bool west = scanner.take('-');
    if (!west && !scanner.take('+')) return std::nullopt;
    const auto hour = scanner.number(2);
    if (!hour) return std::nullopt;
    scanner.take(':');
    const auto minute = scanner.number(2);
    if (!minute || *minute > 59) return std::nullopt;
    const int offset = *hour * 60 + *minute;
    if (offset > widest_offset) return std::nullopt;
    return west ? -offset : offset;
}

}  // namespace

const Clock& system_clock() {
    static const SystemClock clock;
    return clock;
}

std::string to_rfc3339(Instant instant) {
    return date_and_time(instant) + 'Z';
}

std::string to_rfc3339(const ZonedTime& time) {
    if (time.offset_minutes == 0) return to_rfc3339(time.utc);
    const auto distance = static_cast<std::uint64_t>(std::abs(time.offset_minutes));
    std::string text = date_and_time(time.utc + minutes(time.offset_minutes));
    text += time.offset_minutes < 0 ? '-' : '+';
    append_padded(text, distance / 60, 2);
    text += ':';
    append_padded(text, distance % 60, 2);
    return text;
}

Result<ZonedTime> parse_rfc3339(std::string_view text) {
    Scanner scanner(text);
    const auto local = scan_local(scanner);
    if (!local)
        return failure(ErrorKind::invalid_input, "expected a date and time like 2026-11-23T18:48:46Z");
    const auto offset = scan_offset(scanner);
    if (!offset || !scanner.at_end()) {
        return failure(ErrorKind::invalid_input, "expected Z or an offset like +01:00 after the time");
    }
    return ZonedTime{*local - minutes(*offset), *offset};
}

std::optional<DaySpan> parse_date(std::string_view text) {
    using std::chrono::January;
    const auto number = [text](std::size_t at, std::size_t digits) -> std::optional<unsigned> {
        unsigned value = 0;
        const auto* const begin = text.data() + at;
        const auto read = std::from_chars(begin, begin + digits, value);
        if (read.ec != std::errc() || read.ptr != begin + digits) return std::nullopt;
        return value;
    };
    const std::size_t size = text.size();
    if (size != 4 && size != 7 && size != 10) return std::nullopt;
    if ((size > 4 && text[4] != '-') || (size > 7 && text[7] != '-')) return std::nullopt;
    const auto years = number(0, 4);
    if (!years) return std::nullopt;
    const std::chrono::year year(static_cast<int>(*years));
    if (size == 4) return DaySpan{year / January / 1, year / std::chrono::December / 31};
    const auto month = number(5, 2);
    if (!month || !std::chrono::month(*month).ok()) return std::nullopt;
    const auto in_month = year / std::chrono::month(*month);
    if (size == 7) return DaySpan{in_month / 1, in_month / std::chrono::last};
    const auto day = number(8, 2);
    if (!day || !(in_month / std::chrono::day(*day)).ok()) return std::nullopt;
    const std::chrono::sys_days whole = in_month / std::chrono::day(*day);
    return DaySpan{whole, whole};
}

Result<ZonedTime> parse_local_time(std::string_view text, std::string_view zone) {
    const auto found = find_zone(zone);
    if (!found) return failure(found.error());
    Scanner scanner(text);
    const auto local = scan_local(scanner);
    if (!local || !scanner.at_end()) {
        return failure(ErrorKind::invalid_input,
                       "expected a date and time like 2026-11-23T18:48:46 without a zone");
    }
    const auto whole = std::chrono::floor<seconds>(*local);
    const auto utc = (*found)->first_utc_of(whole.time_since_epoch().count());
    if (!utc) return failure(ErrorKind::invalid_input, "this local time does not exist: clocks jump over it");
    const auto offset = seconds(whole.time_since_epoch().count() - *utc);
    return ZonedTime{*local - offset, static_cast<int>(std::chrono::round<minutes>(offset).count())};
}

Result<int> zone_offset_minutes(Instant instant, std::string_view zone) {
    const auto found = find_zone(zone);
    if (!found) return failure(found.error());
    const auto whole = std::chrono::floor<seconds>(instant);
    const seconds offset((*found)->offset_at(whole.time_since_epoch().count()));
    return static_cast<int>(std::chrono::round<minutes>(offset).count());
}

}  // namespace edgeward
