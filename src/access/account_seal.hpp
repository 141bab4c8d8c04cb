#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <edgeward/core/bytes.hpp>
#include <edgeward/core/secret.hpp>
#include <edgeward/crypto/digest.hpp>

// How values are sealed inside accounts.db (docs/accounts-format.md).
namespace edgeward::access {

// `master`: the key `vault` of the ring.
inline Secret account_sealing_key(const Secret& master) {
    return crypto::hkdf_sha256(master, "edgeward accounts sealing 1");
}

// Likewise, for what is there as a digest alone.
inline Secret account_digesting_key(const Secret& master) {
    return crypto::hkdf_sha256(master, "edgeward accounts codes 1");
}

// `what`: "password", "second factor" or "security key".
inline Bytes sealing_context(std::string_view what, std::int64_t account) {
    const std::string text = "edgeward account " + std::string(what) + " " + std::to_string(account);
    const auto octets = bytes_of(text);
    return {octets.begin(), octets.end()};
}

}  // namespace edgeward::access
