#include <edgeward/core/bytes.hpp>

#include <algorithm>
#include <array>

namespace edgeward {
namespace {

constexpr std::string_view hex_digits = "0123456789abcdef";
constexpr std::string_view standard_alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view url_alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr int no_digit = -1;

int hex_value(char digit) noexcept {
    if (digit >= '0' && digit <= '9') return digit - '0';
    if (digit >= 'a' && digit <= 'f') return digit - 'a' + 10;
    if (digit >= 'A' && digit <= 'F') return digit - 'A' + 10;
    return no_digit;
}

constexpr std::array<int, 256> make_base64_values() {
    std::array<int, 256> values{};
    for (auto& value : values)
        value = no_digit;
    for (std::size_t i = 0; i < standard_alphabet.size(); ++i) {
        values.at(static_cast<unsigned char>(standard_alphabet[i])) = static_cast<int>(i);
    }
    return values;
}
constexpr auto base64_values = make_base64_values();

std::string encode_base64(ByteView bytes, std::string_view alphabet) {
    std::string text;
    text.reserve((bytes.size() + 2) / 3 * 4);
    std::uint32_t bits = 0;
    unsigned held = 0;
    for (const std::uint8_t octet : bytes) {
        bits = (bits << 8U | octet) & 0xFFFFU;
        held += 8;
        for (; held >= 6; held -= 6)
            text += alphabet[bits >> (held - 6) & 0x3FU];
    }
    if (held > 0) text += alphabet[bits << (6 - held) & 0x3FU];
    return text;
}

// Without padding. Bits left over at the end must be zero, so that one value has one text.
bool decode_base64(std::string_view digits, Bytes& out) {
    std::uint32_t bits = 0;
    unsigned held = 0;
    for (const char digit : digits) {
        const int value = base64_values[static_cast<unsigned char>(digit)];
        if (value == no_digit) return false;
        bits = (bits << 6U | static_cast<std::uint32_t>(value)) & 0xFFFFU;
        held += 6;
        if (held < 8) continue;
        held -= 8;
        out.push_back(static_cast<std::uint8_t>(bits >> held));
    }
    return (bits & ((1U << held) - 1U)) == 0;
}

}  // namespace

std::string to_hex(ByteView bytes) {
    std::string hex(bytes.size() * 2, '0');
    std::size_t at = 0;
    for (const std::uint8_t octet : bytes) {
        hex[at++] = hex_digits[octet >> 4U];
        hex[at++] = hex_digits[octet & 0x0FU];
    }
    return hex;
}

bool from_hex(std::string_view hex, Bytes& out) {
    out.clear();
    if (hex.size() % 2 != 0) return false;
    out.reserve(hex.size() / 2);
    for (std::size_t i = 0; i < hex.size(); i += 2) {
        const int high = hex_value(hex[i]);
        const int low = hex_value(hex[i + 1]);
        if (high == no_digit || low == no_digit) {
            out.clear();
            return false;
        }
        out.push_back(static_cast<std::uint8_t>(high * 16 + low));
    }
    return true;
}

std::string to_uuid(ByteView octets) {
    std::array<std::uint8_t, 16> bits{};
    std::copy_n(octets.begin(), bits.size(), bits.begin());
    bits[6] = static_cast<std::uint8_t>((bits[6] & 0x0FU) | 0x80U);
    bits[8] = static_cast<std::uint8_t>((bits[8] & 0x3FU) | 0x80U);
    std::string text(36, '-');
    std::size_t at = 0;
    for (const std::uint8_t octet : bits) {
        if (at == 8 || at == 13 || at == 18 || at == 23) ++at;
        text[at++] = hex_digits[octet >> 4U];
        text[at++] = hex_digits[octet & 0x0FU];
    }
    return text;
}

std::string to_base64(ByteView bytes) {
    std::string text = encode_base64(bytes, standard_alphabet);
    while (text.size() % 4 != 0)
        text += '=';
    return text;
}

std::string to_base64url(ByteView bytes) {
    return encode_base64(bytes, url_alphabet);
}

bool from_base64(std::string_view text, Bytes& out) {
    out.clear();
    if (text.size() % 4 != 0) return false;
    out.reserve(text.size() / 4 * 3);
    for (int pads = 0; pads < 2 && text.ends_with('='); ++pads)
        text.remove_suffix(1);
    if (text.size() % 4 != 1 && decode_base64(text, out)) return true;
    out.clear();
    return false;
}

}  // namespace edgeward
