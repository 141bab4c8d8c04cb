#pragma once

#include <cstddef>
#include <string>
#include <string_view>

// UTF-8 as RFC 3629 has it: shortest form only, no surrogates, at most U+10FFFF. Pure. Threads: any.
namespace edgeward {

struct Utf8Character {
    char32_t point = 0;
    std::size_t octets = 0;  // 0: no UTF-8
};

// The character at the front of `text`, which is not empty.
Utf8Character first_character(std::string_view text) noexcept;
bool is_utf8(std::string_view text) noexcept;
// `point`: at most U+10FFFF. A surrogate is written as the three octets it would have.
void append_utf8(std::string& out, char32_t point);

}  // namespace edgeward
