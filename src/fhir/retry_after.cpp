#include <edgeward/fhir/response.hpp>

#include <algorithm>
#include <array>
#include <charconv>

#include <edgeward/core/text.hpp>

namespace edgeward::fhir {
namespace {

constexpr std::chrono::milliseconds longest = std::chrono::hours(24);

std::optional<int> number(std::string_view text) {
    int value = 0;
    const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool whole = parsed.ec == std::errc() && parsed.ptr == text.data() + text.size();
    return whole && value >= 0 ? std::optional(value) : std::nullopt;
}

std::optional<unsigned> month(std::string_view text) {
    constexpr std::array<std::string_view, 12> names{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const auto* const found = std::find(names.begin(), names.end(), text);
    if (found == names.end()) return std::nullopt;
    return static_cast<unsigned>(found - names.begin()) + 1;
}

// "Sun, 06 Nov 1994 08:49:37 GMT", RFC 9110 §5.6.7; the name of the day is not checked.
std::optional<Instant> parse_fixdate(std::string_view text) {
    if (text.size() != 29 || text.substr(3, 2) != ", " || text.substr(25) != " GMT" || text[19] != ':' ||
        text[22] != ':')
        return std::nullopt;
    const auto day = number(text.substr(5, 2));
    const auto month_of_year = month(text.substr(8, 3));
    const auto year = number(text.substr(12, 4));
    const auto hour = number(text.substr(17, 2));
    const auto minute = number(text.substr(20, 2));
    const auto second = number(text.substr(23, 2));
    if (!day || !month_of_year || !year || !hour || !minute || !second) return std::nullopt;
    const std::chrono::year_month_day date{std::chrono::year(*year), std::chrono::month(*month_of_year),
                                           std::chrono::day(static_cast<unsigned>(*day))};
    if (!date.ok() || *hour > 23 || *minute > 59 || *second > 60) return std::nullopt;
    return std::chrono::sys_days(date) + std::chrono::hours(*hour) + std::chrono::minutes(*minute) +
           std::chrono::seconds(*second);
}

}  // namespace

std::optional<std::chrono::milliseconds> parse_retry_after(std::string_view text, Instant now) {
    text = trimmed(text);
    if (is_digits(text)) {
        const auto seconds = number(text);
        return seconds ? std::min<std::chrono::milliseconds>(longest, std::chrono::seconds(*seconds))
                       : longest;
    }
    const auto date = parse_fixdate(text);
    if (!date) return std::nullopt;
    return std::clamp(*date - now, std::chrono::milliseconds(0), longest);
}

}  // namespace edgeward::fhir
