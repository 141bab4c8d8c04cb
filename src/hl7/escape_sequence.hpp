#pragma once

#include <string>
#include <string_view>

namespace edgeward::hl7 {

// Whether an octet stands for itself in every character set: printable ASCII that is no delimiter.
constexpr bool is_plain(char octet) noexcept {
    const auto value = static_cast<unsigned char>(octet);
    return value >= 0x20U && value < 0x7FU && octet != '|' && octet != '^' && octet != '&' && octet != '~' &&
           octet != '\\';
}

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
