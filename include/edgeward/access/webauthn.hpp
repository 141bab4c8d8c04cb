#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <edgeward/core/bytes.hpp>
#include <edgeward/core/result.hpp>

// What a browser says of a security key or passkey (W3C Web Authentication Level 2), held against §7.1 and
// §7.2. The challenge, whose key it is and how far its counter was are the caller's to keep. Pure.
// Threads: any.
namespace edgeward::access {

// Keys are made for `id`, and used by pages of `origins` alone.
struct RelyingParty {
    std::string id;                    // a host name; empty: there are no security keys
    std::vector<std::string> origins;  // "https://edgeward.example:9443"
};

// Of COSE (RFC 9053), the only ones that are offered and taken; the first is the one we like best.
enum class KeyAlgorithm : std::int16_t { es256 = -7, eddsa = -8, rs256 = -257 };
inline constexpr std::array key_algorithms{KeyAlgorithm::es256, KeyAlgorithm::eddsa, KeyAlgorithm::rs256};
// "ES256", "EdDSA", "RS256".
std::string_view name_of(KeyAlgorithm algorithm) noexcept;

struct PublicKey {
    KeyAlgorithm algorithm = KeyAlgorithm::es256;
    Bytes octets;  // ES256: x ‖ y; EdDSA: the key; RS256: n (256) ‖ e (3)
};

// What navigator.credentials.create() gave.
struct Registration {
    Bytes client_data;  // JSON, as the browser signed it
    Bytes attestation;  // CBOR
};
struct NewSecurityKey {
    Bytes id;  // 1 to 1023 octets
    PublicKey key;
    std::uint32_t counter = 0;
};

// What navigator.credentials.get() gave.
struct Assertion {
    Bytes client_data;
    Bytes authenticator_data;
    Bytes signature;
};

// Longest that is looked at.
inline constexpr std::size_t longest_client_data = 4096;
inline constexpr std::size_t longest_attestation = 4096;
inline constexpr std::size_t longest_authenticator_data = 1024;
inline constexpr std::size_t longest_signature = 512;
inline constexpr std::size_t longest_credential_id = 1023;

// invalid_input here and below, with the check that did not hold; nothing of what was sent is repeated.
// Attestation is none, or the key's own: which maker's it is, is not asked.
Result<NewSecurityKey> check_registration(const RelyingParty& party, ByteView challenge,
                                          const Registration& registration);
// Somebody was present and signed the challenge by that key. Gives its counter.
Result<std::uint32_t> check_assertion(const RelyingParty& party, ByteView challenge,
                                      const Assertion& assertion, const PublicKey& key);

}  // namespace edgeward::access
