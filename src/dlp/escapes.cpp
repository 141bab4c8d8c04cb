#include "escapes.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

#include <edgeward/core/utf8.hpp>

namespace edgeward::dlp {
namespace {

int hex_value(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

std::optional<std::uint32_t> hex_number(std::string_view digits) {
    std::uint32_t value = 0;
    for (const char c : digits) {
        const int digit = hex_value(c);
        if (digit < 0) return std::nullopt;
        value = value << 4U | static_cast<std::uint32_t>(digit);
    }
    return value;
}

std::string utf8_of(char32_t character) {
    std::string text;
    append_utf8(text, character);
    return text;
}

std::optional<Replacement> json_unicode(std::string_view rest) {
    const auto first = rest.size() < 6 ? std::nullopt : hex_number(rest.substr(2, 4));
    if (!first) return std::nullopt;
    if (*first >= 0xD800 && *first < 0xDC00 && rest.size() >= 12 && rest[6] == '\\' && rest[7] == 'u') {
        const auto second = hex_number(rest.substr(8, 4));
        if (second && *second >= 0xDC00 && *second < 0xE000)
            return Replacement{utf8_of(0x10000 + ((*first - 0xD800) << 10U) + (*second - 0xDC00)), 12};
    }
    return Replacement{utf8_of(*first), 6};
}

std::optional<Replacement> hl7_hexadecimal(std::string_view rest, std::size_t close) {
    std::string octets;
    if (close % 2 != 0 || close < 4) return std::nullopt;
    for (std::size_t at = 2; at < close; at += 2) {
        const auto octet = hex_number(rest.substr(at, 2));
        if (!octet) return std::nullopt;
        octets.push_back(static_cast<char>(*octet));
    }
    return Replacement{std::move(octets), close + 1};
}

// HL7 v2.5.1, 2.7.
std::optional<Replacement> hl7_escape(std::string_view rest) {
    constexpr std::size_t longest_hexadecimal = 65536;
    const std::size_t close = rest.substr(0, longest_hexadecimal).find('\\', 2);
    if (close == std::string_view::npos) return std::nullopt;
    if (rest[1] == 'X') return hl7_hexadecimal(rest, close);
    if (close == 2) {
        constexpr std::string_view letters = "FSTREPHN";
        constexpr std::array<std::string_view, 8> meant{"|", "^", "&", "~", "\\", "&", "", ""};
        const std::size_t letter = letters.find(rest[1]);
        if (letter == std::string_view::npos) return std::nullopt;
        return Replacement{std::string(meant.at(letter)), 3};
    }
    const bool set = (rest[1] == 'C' && close == 6) || (rest[1] == 'M' && (close == 6 || close == 8));
    if (set && hex_number(rest.substr(2, close - 2))) return Replacement{"", close + 1};
    if (rest[1] == 'Z' && close <= 8) return Replacement{"", close + 1};
    if (rest[1] == '.' && close <= 8) return Replacement{" ", close + 1};
    return std::nullopt;
}

std::optional<Replacement> backslash(std::string_view rest) {
    if (rest.size() < 2) return std::nullopt;
    switch (rest[1]) {
        case '"':
        case '/':
        case '\\':
            return Replacement{std::string(1, rest[1]), 2};
        case 'b':
        case 'f':
        case 't':
            return Replacement{" ", 2};
        case 'n':
            return Replacement{"\n", 2};
        case 'r':
            return Replacement{"\r", 2};
        case 'u':
            return json_unicode(rest);
        default:
            return hl7_escape(rest);
    }
}

std::optional<Replacement> entity(std::string_view rest) {
    struct Named {
        std::string_view name;
        std::string_view text;
    };
    constexpr std::array<Named, 16> named{{{"amp", "&"},
                                           {"lt", "<"},
                                           {"gt", ">"},
                                           {"quot", "\""},
                                           {"apos", "'"},
                                           {"nbsp", " "},
                                           {"auml", "ä"},
                                           {"ouml", "ö"},
                                           {"uuml", "ü"},
                                           {"Auml", "Ä"},
                                           {"Ouml", "Ö"},
                                           {"Uuml", "Ü"},
                                           {"szlig", "ß"},
                                           {"eacute", "é"},
                                           {"egrave", "è"},
                                           {"ccedil", "ç"}}};
    const std::size_t close = rest.substr(0, 12).find(';');
    if (close == std::string_view::npos || close < 3) return std::nullopt;
    const std::string_view name = rest.substr(1, close - 1);
    if (name[0] != '#') {
        const auto* found =
            std::find_if(named.begin(), named.end(), [&](const Named& one) { return one.name == name; });
        if (found == named.end()) return std::nullopt;
        return Replacement{std::string(found->text), close + 1};
    }
    std::uint32_t value = 0;
    if (name.size() > 2 && (name[1] == 'x' || name[1] == 'X')) {
        const auto number = hex_number(name.substr(2));
        if (!number) return std::nullopt;
        value = *number;
    } else {
        for (const char c : name.substr(1)) {
            if (c < '0' || c > '9') return std::nullopt;
            value = value * 10 + static_cast<std::uint32_t>(c - '0');
        }
    }
    if (value > 0x10FFFF) return std::nullopt;
    return Replacement{utf8_of(value), close + 1};
}

std::optional<Replacement> percent(std::string_view rest) {
    const auto octet = rest.size() < 3 ? std::nullopt : hex_number(rest.substr(1, 2));
    if (!octet) return std::nullopt;
    return Replacement{std::string(1, static_cast<char>(*octet)), 3};
}

}  // namespace

std::optional<Replacement> replacement_at(std::string_view rest) {
    switch (rest[0]) {
        case '\\':
            return backslash(rest);
        case '&':
            return entity(rest);
        case '%':
            return percent(rest);
        default:
            return std::nullopt;
    }
}

}  // namespace edgeward::dlp
