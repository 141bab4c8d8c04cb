#include "folding.hpp"

#include <array>
#include <cstdint>

#include <edgeward/core/utf8.hpp>

namespace edgeward::dlp {
namespace {

struct Character {
    char32_t value;
    std::size_t octets;
};

// U+00C0 to U+017F.
constexpr std::array<std::string_view, 192> latin{
    "a", "a", "a",  "a",  "ae", "a", "ae", "c", "e", "e", "e", "e", "i",  "i", "i",  "i",   // C0
    "d", "n", "o",  "o",  "o",  "o", "oe", " ", "o", "u", "u", "u", "ue", "y", "th", "ss",  // D0
    "a", "a", "a",  "a",  "ae", "a", "ae", "c", "e", "e", "e", "e", "i",  "i", "i",  "i",   // E0
    "d", "n", "o",  "o",  "o",  "o", "oe", " ", "o", "u", "u", "u", "ue", "y", "th", "y",   // F0
    "a", "a", "a",  "a",  "a",  "a", "c",  "c", "c", "c", "c", "c", "c",  "c", "d",  "d",   // 100
    "d", "d", "e",  "e",  "e",  "e", "e",  "e", "e", "e", "e", "e", "g",  "g", "g",  "g",   // 110
    "g", "g", "g",  "g",  "h",  "h", "h",  "h", "i", "i", "i", "i", "i",  "i", "i",  "i",   // 120
    "i", "i", "ij", "ij", "j",  "j", "k",  "k", "k", "l", "l", "l", "l",  "l", "l",  "l",   // 130
    "l", "l", "l",  "n",  "n",  "n", "n",  "n", "n", "n", "n", "n", "o",  "o", "o",  "o",   // 140
    "o", "o", "oe", "oe", "r",  "r", "r",  "r", "r", "r", "s", "s", "s",  "s", "s",  "s",   // 150
    "s", "s", "t",  "t",  "t",  "t", "t",  "t", "u", "u", "u", "u", "u",  "u", "u",  "u",   // 160
    "u", "u", "u",  "u",  "w",  "w", "y",  "y", "y", "z", "z", "z", "z",  "z", "z",  "s",   // 170
};

// ISO 8859-15 where it is not ISO 8859-1.
char32_t latin_9(std::uint8_t octet) {
    switch (octet) {
        case 0xA4:
            return 0x20AC;
        case 0xA6:
            return 0x160;
        case 0xA8:
            return 0x161;
        case 0xB4:
            return 0x17D;
        case 0xB8:
            return 0x17E;
        case 0xBC:
            return 0x152;
        case 0xBD:
            return 0x153;
        case 0xBE:
            return 0x178;
        default:
            return octet;
    }
}

std::uint8_t octet_at(std::string_view raw, std::size_t at) {
    return at < raw.size() ? static_cast<std::uint8_t>(raw[at]) : 0;
}

// RFC 3629; surrogates and overlong forms are no harm here. Anything else is one octet of ISO 8859-15.
Character character_at(std::string_view raw, std::size_t at) {
    const std::uint8_t first = octet_at(raw, at);
    const std::size_t octets = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : first >= 0xC2 ? 2 : 1;
    if (octets == 1 || first >= 0xF8) return {latin_9(first), 1};
    char32_t value = first & (0xFFU >> (octets + 1));
    for (std::size_t i = 1; i < octets; ++i) {
        const std::uint8_t next = octet_at(raw, at + i);
        if ((next & 0xC0U) != 0x80U) return {latin_9(first), 1};
        value = value << 6U | (next & 0x3FU);
    }
    return {value, octets};
}

bool is_byte_order_mark(std::string_view raw, std::size_t at) {
    const std::uint8_t first = octet_at(raw, at);
    const std::uint8_t second = octet_at(raw, at + 1);
    return (first == 0xFF && second == 0xFE) || (first == 0xFE && second == 0xFF);
}

bool is_left_out(char32_t c) {
    return c == 0xAD || (c >= 0x200B && c <= 0x200F) || (c >= 0x2060 && c <= 0x2064) || c == 0xFEFF;
}

bool is_dash_or_blank(char32_t c) {
    return c == 0xA0 || (c >= 0x2000 && c <= 0x2015) || c == 0x2028 || c == 0x2029 || c == 0x202F ||
           c == 0x2212 || c == 0x3000;
}

char32_t lower_case(char32_t c) {
    if (c >= 0x391 && c <= 0x3A9) return c + 0x20;
    if (c >= 0x410 && c <= 0x42F) return c + 0x20;
    if (c >= 0x400 && c <= 0x40F) return c + 0x50;
    return c;
}

char fold_ascii(char c) {
    if (c >= 'A' && c <= 'Z') return static_cast<char>(c - 'A' + 'a');
    return c == '\t' ? ' ' : c;
}

void fold_other(char32_t c, std::string& into) {
    if (is_left_out(c)) return;
    if (c >= 0x300 && c <= 0x36F) {
        const char before = into.empty() ? ' ' : into.back();
        if (c == 0x308 && (before == 'a' || before == 'o' || before == 'u')) into.push_back('e');
        return;
    }
    if (c >= 0xC0 && c <= 0x17F) {
        into += latin[c - 0xC0];
    } else if (c >= 0xFF01 && c <= 0xFF5E) {
        into.push_back(fold_ascii(static_cast<char>(c - 0xFF01 + 0x21)));
    } else if (c == 0x1E9E) {
        into += "ss";
    } else if (c < 0xC0 || is_dash_or_blank(c)) {
        into.push_back(c >= 0x2010 && c <= 0x2212 ? '-' : ' ');
    } else {
        append_utf8(into, lower_case(c));
    }
}

// Folds until the end, or until `into` has `enough` octets; gives where it stopped.
std::size_t fold_until(std::string_view raw, std::string& into, std::size_t enough) {
    std::size_t at = 0;
    while (at < raw.size() && into.size() < enough) {
        const char c = raw[at];
        if (static_cast<unsigned char>(c) < 0x80) {
            if (c != '\0') into.push_back(fold_ascii(c));
            ++at;
        } else if (is_byte_order_mark(raw, at)) {
            into.push_back(' ');
            at += 2;
        } else {
            const Character found = character_at(raw, at);
            fold_other(found.value, into);
            at += found.octets;
        }
    }
    return at;
}

}  // namespace

void fold(std::string_view raw, std::string& into) {
    into.clear();
    into.reserve(raw.size() + raw.size() / 8);
    fold_until(raw, into, std::string::npos);
}

std::string fold(std::string_view raw) {
    std::string folded;
    fold(raw, folded);
    return folded;
}

std::size_t source_of(std::string_view raw, std::size_t folded) {
    std::string dropped;
    return fold_until(raw, dropped, folded);
}

}  // namespace edgeward::dlp
