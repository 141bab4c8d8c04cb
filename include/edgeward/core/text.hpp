#pragma once

#include <string_view>

// Small questions about text that many formats ask. Pure. Threads: any.
namespace edgeward {

// Without what of `blanks` stands at its ends. The result points into `text`.
[[nodiscard]] constexpr std::string_view trimmed(std::string_view text,
                                                 std::string_view blanks = " \t") noexcept {
    const auto first = text.find_first_not_of(blanks);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

// At least one digit, and nothing else. ASCII only, whatever the locale.
[[nodiscard]] constexpr bool is_digits(std::string_view text) noexcept {
    return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

}  // namespace edgeward
