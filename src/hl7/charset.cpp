#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <utility>

#include "charset.hpp"
#include "escape_sequence.hpp"

namespace edgeward::hl7 {

namespace {

// ISO/IEC 8859-15 differs from 8859-1 in these eight places.
constexpr std::array<std::pair<char32_t, std::uint8_t>, 8> latin9_differences{{{0x20ACU, 0xA4U},
                                                                               {0x0160U, 0xA6U},
                                                                               {0x0161U, 0xA8U},
                                                                               {0x017DU, 0xB4U},
                                                                               {0x017EU, 0xB8U},
                                                                               {0x0152U, 0xBCU},
                                                                               {0x0153U, 0xBDU},
                                                                               {0x0178U, 0xBEU}}};

struct Decoded {
    char32_t point = 0;
    std::size_t size = 0;  // octets; 0: not UTF-8
};

// RFC 3629: shortest form only, no surrogates, at most U+10FFFF. `text` is not empty.
Decoded decode_one(std::string_view text) {
    const auto octet = [&](std::size_t at) { return static_cast<std::uint8_t>(text[at]); };
    const std::uint8_t lead = octet(0);
    if (lead < 0x80U) return {lead, 1};
    if (lead < 0xC2U || lead > 0xF4U) return {};
    const std::size_t size = lead < 0xE0U ? 2 : lead < 0xF0U ? 3 : 4;
    if (text.size() < size) return {};
    char32_t point = lead & (0xFFU >> (size + 1));
    for (std::size_t at = 1; at < size; ++at) {
        if ((octet(at) & 0xC0U) != 0x80U) return {};
        point = (point << 6U) | (octet(at) & 0x3FU);
    }
    const bool overlong = (size == 3 && point < 0x800U) || (size == 4 && point < 0x10000U);
    const bool surrogate = point >= 0xD800U && point <= 0xDFFFU;
    if (overlong || surrogate || point > 0x10FFFFU) return {};
    return {point, size};
}

std::optional<std::uint8_t> to_latin1(char32_t point) {
    if (point > 0xFFU) return std::nullopt;
    return static_cast<std::uint8_t>(point);
}

std::optional<std::uint8_t> to_latin9(char32_t point) {
    for (const auto& [unicode, octet] : latin9_differences) {
        if (point == unicode) return octet;
        if (point == octet) return std::nullopt;  // the place is taken
    }
    return to_latin1(point);
}

std::optional<std::uint8_t> to_single_octet(char32_t point, Charset charset) {
    switch (charset) {
        case Charset::iso8859_1:
            return to_latin1(point);
        case Charset::iso8859_15:
            return to_latin9(point);
        case Charset::utf8:
        case Charset::ascii:
            break;
    }
    return std::nullopt;
}

bool is_utf8(std::string_view text) {
    while (!text.empty()) {
        const Decoded next = decode_one(text);
        if (next.size == 0) return false;
        text.remove_prefix(next.size);
    }
    return true;
}

void append_utf8(std::string& out, char32_t point) {
    const auto tail = [&](unsigned shift) {
        out.push_back(static_cast<char>(0x80U | ((point >> shift) & 0x3FU)));
    };
    if (point < 0x80U) {
        out.push_back(static_cast<char>(point));
    } else if (point < 0x800U) {
        out.push_back(static_cast<char>(0xC0U | (point >> 6U)));
        tail(0);
    } else {
        out.push_back(static_cast<char>(0xE0U | (point >> 12U)));
        tail(6);
        tail(0);
    }
}

char32_t from_latin9(std::uint8_t octet) {
    for (const auto& [unicode, place] : latin9_differences) {
        if (octet == place) return unicode;
    }
    return octet;
}

}  // namespace

std::string_view msh18_of(Charset charset) noexcept {
    return charset == Charset::ascii ? std::string_view{} : name_of(charset);
}

std::string_view name_of(Charset charset) noexcept {
    switch (charset) {
        case Charset::utf8:
            return "UNICODE UTF-8";
        case Charset::ascii:
            return "ASCII";
        case Charset::iso8859_1:
            return "8859/1";
        case Charset::iso8859_15:
            return "8859/15";
    }
    return {};
}

bool append_encoded(std::string& out, std::string_view text, Charset charset) {
    while (!text.empty()) {
        const auto plain =
            static_cast<std::size_t>(std::find_if_not(text.begin(), text.end(), is_plain) - text.begin());
        if (plain > 0) {
            out.append(text.substr(0, plain));
            text.remove_prefix(plain);
            continue;
        }
        const Decoded next = decode_one(text);
        if (next.size == 0) return false;
        if (next.size == 1) {
            append_escaped(out, text.front());
        } else if (charset == Charset::utf8) {
            out.append(text.substr(0, next.size));
        } else {
            const auto octet = to_single_octet(next.point, charset);
            if (!octet) return false;
            out.push_back(static_cast<char>(*octet));
        }
        text.remove_prefix(next.size);
    }
    return true;
}

Charset charset_of(std::string_view octets, std::string_view msh18) {
    if (is_utf8(octets)) return Charset::utf8;
    return msh18.find("8859/15") == std::string_view::npos ? Charset::iso8859_1 : Charset::iso8859_15;
}

std::string to_utf8(std::string_view octets, Charset charset) {
    if (charset == Charset::utf8 && is_utf8(octets)) return std::string(octets);
    std::string out;
    out.reserve(octets.size() * 2);
    for (const char each : octets) {
        const auto octet = static_cast<std::uint8_t>(each);
        append_utf8(out, charset == Charset::iso8859_15 ? from_latin9(octet) : char32_t{octet});
    }
    return out;
}

}  // namespace edgeward::hl7
