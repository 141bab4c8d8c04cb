#pragma once

#include <string>
#include <string_view>

#include <edgeward/core/text.hpp>

namespace edgeward::hl7 {

// What stands for itself in every character set: printable ASCII that is no delimiter.
inline constexpr OctetClass plain_octets = octets_that([](unsigned char octet) {
    constexpr std::string_view delimiters = "|^&~\\";
    return octet >= 0x20U && octet < 0x7FU &&
           delimiters.find(static_cast<char>(octet)) == std::string_view::npos;
});

// One octet as it may stand in a field: delimiters as their sequences, control characters as \Xdd\ (HL7 v2.6
// §2.7). Octets from 0x80 stay as they are.
inline void append_escaped(std::string& out, char octet) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    switch (octet) {
        case '|':
            out += "\\F\\";
            return;
        case '^':
            out += "\\S\\";
            return;
        case '&':
            out += "\\T\\";
            return;
        case '~':
            out += "\\R\\";
            return;
        case '\\':
            out += "\\E\\";
            return;
        default:
            break;
    }
    const auto value = static_cast<unsigned char>(octet);
    if (value >= 0x20U && value != 0x7FU) {
        out.push_back(octet);
        return;
    }
    out += "\\X";
    out.push_back(digits[value >> 4U]);
    out.push_back(digits[value & 0x0FU]);
    out.push_back('\\');
}

}  // namespace edgeward::hl7
