#pragma once

#include <array>
#include <charconv>
#include <cstdint>
#include <string>
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

// A number with zeros before it up to `width` digits; a longer one is written whole.
inline void append_padded(std::string& out, std::uint64_t number, std::size_t width) {
    std::array<char, 20> digits{};  // UINT64_MAX has 20
    const auto* const end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
    const auto length = static_cast<std::size_t>(end - digits.data());
    if (length < width) out.append(width - length, '0');
    out.append(digits.data(), length);
}

// Some of the 256 octets, so that a question asked of every character of a text costs one look.
using OctetClass = std::array<bool, 256>;

template <typename Question>
constexpr OctetClass octets_that(Question question) {
    OctetClass answers{};
    for (std::size_t octet = 0; octet < answers.size(); ++octet)
        answers.at(octet) = question(static_cast<unsigned char>(octet));
    return answers;
}

// How many octets from `at` on are of that class, without a gap.
[[nodiscard]] constexpr std::size_t run_of(const OctetClass& octets, std::string_view text,
                                           std::size_t at) noexcept {
    std::size_t end = at;
    while (end < text.size() && octets[static_cast<unsigned char>(text[end])])
        ++end;
    return end - at;
}

}  // namespace edgeward
