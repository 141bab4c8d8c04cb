#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <memory>
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
// SHA-256 of what comes piece by piece. finish() gives the digest and begins anew. One thread.
class Sha256 {
public:
    Sha256();
    Sha256(Sha256&&) noexcept;
    Sha256& operator=(Sha256&&) noexcept;
    Sha256(const Sha256&) = delete;
    Sha256& operator=(const Sha256&) = delete;
    ~Sha256();
    void add(ByteView octets);
    Digest finish();

private:
    struct State;
    std::unique_ptr<State> state_;
};
Digest hmac_sha256(const Secret& key, ByteView data);
Digest hmac_sha256(const Secret& key, std::initializer_list<ByteView> parts);

// HKDF-SHA-256 with empty salt: an independent key for each `info`. `length` 1 to 255*32.
Secret hkdf_sha256(const Secret& master, std::string_view info, std::size_t length = 32);

// Compares without a timing difference; false for different lengths.
bool equal_in_constant_time(ByteView left, ByteView right) noexcept;

}  // namespace edgeward::crypto
