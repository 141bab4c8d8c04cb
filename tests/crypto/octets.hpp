#pragma once

#include <algorithm>
#include <array>
#include <string_view>

#include <catch2/catch_test_macros.hpp>
#include <edgeward/core/bytes.hpp>
#include <edgeward/core/secret.hpp>

namespace edgeward::crypto {

// Test vectors come as hexadecimal.
inline Bytes octets(std::string_view hex) {
    Bytes out;
    REQUIRE(from_hex(hex, out));
    return out;
}

inline Secret secret(std::string_view hex) {
    return Secret(octets(hex));
}

template <std::size_t size>
std::array<std::uint8_t, size> fixed(std::string_view hex) {
    const Bytes from = octets(hex);
    REQUIRE(from.size() == size);
    std::array<std::uint8_t, size> out{};
    std::copy(from.begin(), from.end(), out.begin());
    return out;
}

}  // namespace edgeward::crypto
