#include "zone_rule.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>

namespace edgeward {
namespace {

constexpr int seconds_per_hour = 3600;
constexpr int seconds_per_day = 86400;

bool is_digit(char c) noexcept {
    return c >= '0' && c <= '9';
}
bool is_letter(char c) noexcept {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

class Scanner {
public:
    explicit Scanner(std::string_view text) noexcept : rest_(text) {}

    [[nodiscard]] bool at_end() const noexcept { return rest_.empty(); }
    [[nodiscard]] bool at(char c) const noexcept { return rest_.starts_with(c); }
    bool take(char c) noexcept {
        if (!at(c)) return false;
        rest_.remove_prefix(1);
        return true;
    }

    bool name() noexcept {
        if (take('<')) {
            const auto length = rest_.find('>');
            if (length == std::string_view::npos || length < 3) return false;
            rest_.remove_prefix(length + 1);
            return true;
        }
        const auto end = std::find_if_not(rest_.begin(), rest_.end(), is_letter);
        const auto length = static_cast<std::size_t>(end - rest_.begin());
        rest_.remove_prefix(length);
        return length >= 3;
    }

    std::optional<int> number(int least, int most) noexcept {
        int value = 0;
        std::size_t digits = 0;
        for (; digits < rest_.size() && digits < 4 && is_digit(rest_[digits]); ++digits) {
            value = value * 10 + (rest_[digits] - '0');
        }
        rest_.remove_prefix(digits);
        if (digits == 0 || value < least || value > most) return std::nullopt;
        return value;
    }

    // [+-]hh[:mm[:ss]] in seconds
    std::optional<int> time(int most_hours) noexcept {
        const int sign = take('-') ? -1 : 1;
        if (sign > 0) take('+');
        const auto hours = number(0, most_hours);
        const auto minutes = take(':') ? number(0, 59) : 0;
        const auto seconds = minutes && take(':') ? number(0, 59) : 0;
        if (!hours || !minutes || !seconds) return std::nullopt;
        return sign * (*hours * seconds_per_hour + *minutes * 60 + *seconds);
    }

private:
    std::string_view rest_;
};

using Change = ZoneRule::Change;

std::optional<Change> month_week_day(Scanner& scanner) noexcept {
    const auto month = scanner.number(1, 12);
    if (!month || !scanner.take('.')) return std::nullopt;
    const auto week = scanner.number(1, 5);
    if (!week || !scanner.take('.')) return std::nullopt;
    const auto day = scanner.number(0, 6);
    if (!day) return std::nullopt;
    return Change{Change::Form::month_week_day, *month, *week, *day};
}

std::optional<Change> day_of_year(Scanner& scanner) noexcept {
    const bool without_leap = scanner.take('J');
    const auto day = without_leap ? scanner.number(1, 365) : scanner.number(0, 365);
    if (!day) return std::nullopt;
    return Change{without_leap ? Change::Form::day_without_leap : Change::Form::day_with_leap, 1, 1, *day};
}

std::optional<Change> change(Scanner& scanner) noexcept {
    if (!scanner.take(',')) return std::nullopt;
    auto found = scanner.take('M') ? month_week_day(scanner) : day_of_year(scanner);
    if (!found || !scanner.take('/')) return found;
    const auto second = scanner.time(167);
    if (!second) return std::nullopt;
    found->second = *second;
    return found;
}

std::int64_t date_of(const Change& change, int year) noexcept {
    using namespace std::chrono;
    const auto count = [](sys_days date) { return std::int64_t{date.time_since_epoch().count()}; };
    const std::chrono::year calendar_year{year};
    if (change.form != Change::Form::month_week_day) {
        const bool skips_leap_day =
            change.form == Change::Form::day_without_leap && calendar_year.is_leap() && change.day >= 60;
        const int from_zero = change.form == Change::Form::day_without_leap ? change.day - 1 : change.day;
        return count(sys_days(calendar_year / January / 1)) + from_zero + (skips_leap_day ? 1 : 0);
    }
    const auto month_of_year = calendar_year / month{static_cast<unsigned>(change.month)};
    const weekday day{static_cast<unsigned>(change.day)};
    if (change.week == 5) return count(sys_days(month_of_year / day[last]));
    return count(sys_days(month_of_year / day[static_cast<unsigned>(change.week)]));
}

int year_of(std::int64_t seconds) noexcept {
    using namespace std::chrono;
    const auto date = floor<days>(sys_time<std::chrono::seconds>(std::chrono::seconds(seconds)));
    return static_cast<int>(year_month_day(date).year());
}

}  // namespace

std::int64_t ZoneRule::Change::in_year(int year) const noexcept {
    return date_of(*this, year) * seconds_per_day + second;
}

std::optional<ZoneRule> ZoneRule::parse(std::string_view text) {
    Scanner scanner(text);
    ZoneRule rule;
    if (!scanner.name()) return std::nullopt;
    const auto west = scanner.time(24);  // POSIX counts hours west of Greenwich
    if (!west) return std::nullopt;
    rule.standard_offset_ = -*west;
    if (scanner.at_end()) return rule;

    if (!scanner.name()) return std::nullopt;
    const auto daylight_west = scanner.at(',') ? *west - seconds_per_hour : scanner.time(24);
    const auto begin = daylight_west ? change(scanner) : std::nullopt;
    const auto end = begin ? change(scanner) : std::nullopt;
    if (!end || !scanner.at_end()) return std::nullopt;
    rule.daylight_ = Daylight{-*daylight_west, *begin, *end};
    return rule;
}

int ZoneRule::offset_at(std::int64_t utc) const noexcept {
    if (!daylight_) return standard_offset_;
    const int year = year_of(utc + standard_offset_);
    const std::int64_t begin = daylight_->begin.in_year(year) - standard_offset_;
    const std::int64_t end = daylight_->end.in_year(year) - daylight_->offset;
    const bool saving = begin < end ? utc >= begin && utc < end : utc >= begin || utc < end;
    return saving ? daylight_->offset : standard_offset_;
}

std::vector<int> ZoneRule::offsets() const {
    if (!daylight_) return {standard_offset_};
    return {standard_offset_, daylight_->offset};
}

}  // namespace edgeward
