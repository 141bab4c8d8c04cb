#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <utility>

#include <edgeward/core/utf8.hpp>

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
        const std::size_t plain = run_of(plain_octets, text, 0);
        if (plain > 0) {
            out.append(text.substr(0, plain));
            text.remove_prefix(plain);
            continue;
        }
        const Utf8Character next = first_character(text);
        if (next.octets == 0) return false;
        if (next.octets == 1) {
            append_escaped(out, text.front());
        } else if (charset == Charset::utf8) {
            out.append(text.substr(0, next.octets));
        } else {
            const auto octet = to_single_octet(next.point, charset);
            if (!octet) return false;
            out.push_back(static_cast<char>(*octet));
        }
        text.remove_prefix(next.octets);
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
