#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace edgeward {

// Owned and borrowed octets. Text travels as std::string / std::string_view and is UTF-8 unless said
// otherwise.
using Bytes = std::vector<std::uint8_t>;
using ByteView = std::span<const std::uint8_t>;

// The octets of a text, and a text over octets. No copy, no check of the encoding.
inline ByteView bytes_of(std::string_view text) noexcept {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};  // char may alias octets
}
inline std::string_view text_of(ByteView bytes) noexcept {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// Numbers in network order, the highest octet first: the lowest `octets` (1 to 8) of a value appended to
// Bytes or a std::string; and the number that at most 8 octets make, 0 from none.
template <typename Octets>
void append_big_endian(Octets& out, std::uint64_t value, std::size_t octets) {
    for (std::size_t left = octets; left > 0; --left)
        out.push_back(static_cast<typename Octets::value_type>((value >> (8U * (left - 1))) & 0xFFU));
}
inline std::uint64_t big_endian(ByteView octets) noexcept {
    std::uint64_t value = 0;
    for (const std::uint8_t octet : octets)
        value = value << 8U | octet;
    return value;
}

// Lower-case hexadecimal, two digits an octet.
std::string to_hex(ByteView bytes);
// Empty result and false when `hex` has an odd length or a digit outside 0-9 a-f A-F.
bool from_hex(std::string_view hex, Bytes& out);

// The UUID of version 8 (RFC 9562 §5.8) of the first 16 octets, in lower case: but for version and variant
// they are its bits. `octets` has at least 16.
std::string to_uuid(ByteView octets);

// RFC 4648 §4 with padding, and §5 (URL-safe) without padding.
std::string to_base64(ByteView bytes);
std::string to_base64url(ByteView bytes);
// Strict §4: padding required, no white space. False on anything else.
bool from_base64(std::string_view text, Bytes& out);

}  // namespace edgeward
