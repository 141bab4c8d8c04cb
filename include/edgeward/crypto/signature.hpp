#pragma once

#include <array>
#include <cstdint>
#include <string>

#include <edgeward/core/bytes.hpp>
#include <edgeward/core/result.hpp>
#include <edgeward/core/secret.hpp>

// Ed25519 (RFC 8032) by OpenSSL. Threads: any.
namespace edgeward::crypto {

using Signature = std::array<std::uint8_t, 64>;
using PublicKey = std::array<std::uint8_t, 32>;

// `seed`: 32 octets, RFC 8032 §5.1.5.
PublicKey public_key_of(const Secret& seed);
Signature sign(const Secret& seed, ByteView message);
bool verify(const PublicKey& key, ByteView message, const Signature& signature);

// SubjectPublicKeyInfo as PEM, readable by `openssl pkey -pubin`. parse: invalid_input when it is not
// Ed25519.
std::string to_pem(const PublicKey& key);
Result<PublicKey> parse_public_key(const std::string& pem);

}  // namespace edgeward::crypto
