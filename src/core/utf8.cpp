#include <edgeward/core/utf8.hpp>

#include <cstdint>

namespace edgeward {

Utf8Character first_character(std::string_view text) noexcept {
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

bool is_utf8(std::string_view text) noexcept {
    while (!text.empty()) {
        const Utf8Character next = first_character(text);
        if (next.octets == 0) return false;
        text.remove_prefix(next.octets);
    }
    return true;
}

void append_utf8(std::string& out, char32_t point) {
    const auto tail = [&](unsigned shift) {
        out.push_back(static_cast<char>(0x80U | ((point >> shift) & 0x3FU)));
    };
    if (point < 0x80U) {
        out.push_back(static_cast<char>(point));
        return;
    }
    if (point < 0x800U) {
        out.push_back(static_cast<char>(0xC0U | (point >> 6U)));
    } else if (point < 0x10000U) {
        out.push_back(static_cast<char>(0xE0U | (point >> 12U)));
        tail(6);
    } else {
        out.push_back(static_cast<char>(0xF0U | (point >> 18U)));
        tail(12);
        tail(6);
    }
    tail(0);
}

}  // namespace edgeward
