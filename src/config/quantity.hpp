#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

// Durations and sizes as the configuration writes them, a whole number directly followed by its unit, and
// times of day.
namespace edgeward::config {

// "250ms", "60s", "5min", "24h", "30d". Nothing for another form or a value beyond the type.
std::optional<std::chrono::milliseconds> parse_duration(std::string_view text);
// With the largest unit that leaves a whole number; zero is "0s".
std::string format_duration(std::chrono::milliseconds duration);

// "00:00" to "23:59", as the time since midnight. Nothing for another form.
std::optional<std::chrono::minutes> parse_time_of_day(std::string_view text);
std::string format_time_of_day(std::chrono::minutes time);

// "512", "64KiB", "16MiB", "1GiB" in octets. Nothing for another form or a value beyond the type.
std::optional<std::uint64_t> parse_size(std::string_view text);
std::string format_size(std::uint64_t octets);

// "[+-]digits[.digits][(e|E)[+-]digits]": is it that?
bool is_decimal_number(std::string_view text);
// The shortest text that reads back as the same number.
std::string format_number(double number);

}  // namespace edgeward::config
