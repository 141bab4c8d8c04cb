#include "quantity.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <span>

namespace edgeward::config {
namespace {

struct Unit {
    std::string_view name;
    std::uint64_t factor;
};

// Ascending.
constexpr std::array<Unit, 5> duration_units = {
    {{"ms", 1}, {"s", 1000}, {"min", 60'000}, {"h", 3'600'000}, {"d", 86'400'000}}};
constexpr std::array<Unit, 4> size_units = {{{"", 1},
                                             {"KiB", std::uint64_t{1} << 10U},
                                             {"MiB", std::uint64_t{1} << 20U},
                                             {"GiB", std::uint64_t{1} << 30U}}};

bool is_digit(char c) noexcept {
    return c >= '0' && c <= '9';
}

std::optional<std::uint64_t> parse_quantity(std::string_view text, std::span<const Unit> units,
                                            std::uint64_t most) {
    std::uint64_t count = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
    if (error != std::errc{}) return std::nullopt;
    const std::string_view name = text.substr(static_cast<std::size_t>(end - text.data()));
    const auto unit =
        std::find_if(units.begin(), units.end(), [&](const Unit& known) { return known.name == name; });
    if (unit == units.end() || count > most / unit->factor) return std::nullopt;
    return count * unit->factor;
}

std::string format_quantity(std::uint64_t quantity, std::span<const Unit> units) {
    const auto whole = [&](const Unit& unit) { return quantity % unit.factor == 0; };
    const auto unit = std::find_if(units.rbegin(), units.rend(), whole);  // the smallest factor is 1
    return std::to_string(quantity / unit->factor).append(unit->name);
}

std::size_t count_digits(std::string_view text) noexcept {
    const auto end = std::find_if_not(text.begin(), text.end(), is_digit);
    return static_cast<std::size_t>(end - text.begin());
}

// Removes one or more digits from the front.
bool take_digits(std::string_view& text) noexcept {
    const std::size_t digits = count_digits(text);
    text.remove_prefix(digits);
    return digits > 0;
}

void take_sign(std::string_view& text) noexcept {
    if (text.starts_with('+') || text.starts_with('-')) text.remove_prefix(1);
}

}  // namespace

std::optional<std::chrono::milliseconds> parse_duration(std::string_view text) {
    constexpr auto most = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
    const auto count = parse_quantity(text, duration_units, most);
    if (!count) return std::nullopt;
    return std::chrono::milliseconds(static_cast<std::int64_t>(*count));
}

std::string format_duration(std::chrono::milliseconds duration) {
    if (duration.count() == 0) return "0s";
    if (duration.count() < 0) return std::to_string(duration.count()) + "ms";
    return format_quantity(static_cast<std::uint64_t>(duration.count()), duration_units);
}

std::optional<std::chrono::minutes> parse_time_of_day(std::string_view text) {
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    const auto below = [&](std::size_t at, int limit) -> std::optional<int> {
        if (!is_digit(text[at]) || !is_digit(text[at + 1])) return std::nullopt;
        const int number = (text[at] - '0') * 10 + (text[at + 1] - '0');
        return number < limit ? std::optional(number) : std::nullopt;
    };
    if (text.size() != 5 || text[2] != ':') return std::nullopt;
    const auto hour = below(0, 24);
    const auto minute = below(3, 60);
    if (!hour || !minute) return std::nullopt;
    return std::chrono::minutes(*hour * 60 + *minute);
}

std::string format_time_of_day(std::chrono::minutes time) {
    const auto digits = [](std::int64_t number) {
        return std::string(number < 10 ? "0" : "") + std::to_string(number);
    };
    return digits(time.count() / 60) + ":" + digits(time.count() % 60);
}

std::optional<std::uint64_t> parse_size(std::string_view text) {
    return parse_quantity(text, size_units, std::numeric_limits<std::uint64_t>::max());
}

std::string format_size(std::uint64_t octets) {
    return octets == 0 ? "0" : format_quantity(octets, size_units);
}

bool is_decimal_number(std::string_view text) {
    take_sign(text);
    if (!take_digits(text)) return false;
    if (text.starts_with('.')) {
        text.remove_prefix(1);
        if (!take_digits(text)) return false;
    }
    if (text.empty()) return true;
    if (text.front() != 'e' && text.front() != 'E') return false;
    text.remove_prefix(1);
    take_sign(text);
    return take_digits(text) && text.empty();
}

std::string format_number(double number) {
    std::array<char, 40> text{};
    const auto [end, error] = std::to_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc{} ? std::string(text.data(), end) : std::string("a number");
}

}  // namespace edgeward::config
