#pragma once

#include <array>
#include <cstddef>
#include <string_view>

#include <edgeward/core/random.hpp>
#include <edgeward/core/secret.hpp>
#include <edgeward/crypto/digest.hpp>

namespace edgeward::access {

// Tables that are keyed by what strangers send have so many places, whatever they send.
inline constexpr std::size_t keyed_places = 4096;

inline Secret random_place_key(Random& random) {
    std::array<std::uint8_t, 32> key{};
    random.fill(key);
    return Secret(ByteView(key));
}

inline std::size_t keyed_place(const Secret& key, std::string_view name) {
    const auto digest = crypto::hmac_sha256(key, bytes_of(name));
    return static_cast<std::size_t>(big_endian(ByteView(digest).first(8)) % keyed_places);
}

}  // namespace edgeward::access
