#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace edgeward::dlp {

// Text as everything here compares it: lower case; ä, ö, ü as ae, oe, ue, also with a combining diaeresis; ß
// as ss; other letters of Latin-1 and Latin Extended-A without their marks; full-width ASCII as ASCII; NUL
// (the other half of UTF-16), soft hyphens, zero-width characters and combining marks left out; blanks as '
// '. Octets that are no UTF-8 count as ISO 8859-15. Other scripts stay as they are, Greek and Cyrillic in
// lower case.
void fold(std::string_view raw, std::string& into);
std::string fold(std::string_view raw);

// The offset in `raw` of what begins at `folded` in its folded form.
std::size_t source_of(std::string_view raw, std::size_t folded);

// Letters and digits of folded text: everything a word is made of.
constexpr bool is_digit(char c) noexcept {
    return c >= '0' && c <= '9';
}
constexpr bool is_letter(char c) noexcept {
    return (c >= 'a' && c <= 'z') || static_cast<unsigned char>(c) >= 0x80;
}

}  // namespace edgeward::dlp
