#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <string_view>

#include <edgeward/core/bytes.hpp>
#include <edgeward/core/secret.hpp>

// FIPS 180-4, RFC 2104, RFC 5869 by OpenSSL. Failures of the library mean a broken installation and abort.
// Threads: any; contexts are reused per thread.
namespace edgeward::crypto {

using Digest = std::array<std::uint8_t, 32>;

Digest sha256(ByteView data);
// SHA-256 over the concatenation of the parts.
Digest sha256(std::initializer_list<ByteView> parts);
Digest hmac_sha256(const Secret& key, ByteView data);
Digest hmac_sha256(const Secret& key, std::initializer_list<ByteView> parts);

// HKDF-SHA-256 with empty salt: an independent key for each `info`. `length` 1 to 255*32.
Secret hkdf_sha256(const Secret& master, std::string_view info, std::size_t length = 32);

// Compares without a timing difference; false for different lengths.
bool equal_in_constant_time(ByteView left, ByteView right) noexcept;

}  // namespace edgeward::crypto
