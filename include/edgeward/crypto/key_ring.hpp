#pragma once

#include <map>
#include <string>
#include <string_view>

#include <edgeward/core/result.hpp>
#include <edgeward/core/secret.hpp>

namespace edgeward::crypto {

// The names of the keys every installation has; each is 32 random octets.
namespace key_name {
inline constexpr std::string_view store = "store";            // SQLCipher raw key of store.db
inline constexpr std::string_view vault = "vault";            // SQLCipher raw key of vault.db
inline constexpr std::string_view pseudonym = "pseudonym";    // master of all pseudonym domains
inline constexpr std::string_view person = "person";          // wraps per-person data keys inside the vault
inline constexpr std::string_view quarantine = "quarantine";  // seals quarantined payloads
inline constexpr std::string_view technical = "technical";    // seals reports without a person
inline constexpr std::string_view audit_signing = "audit-signing";  // Ed25519 seed of audit checkpoints
}  // namespace key_name

// The gateway's keys, each wrapped by the key-encryption key (KEK). Only the wrapped form is ever on disk.
//
//   text form, one line each:   edgeward-keyring 1
//                               <name> <base64 of AES-256-GCM(KEK, key, context = "edgeward-keyring 1 "
//                               name)>
//
// Changing the KEK re-wraps in O(1). A value type; one thread.
class KeyRing {
public:
    // A fresh ring with every name of key_name.
    static KeyRing generate();
    // corrupt: wrong KEK or altered lines; invalid_input: not a key ring, unknown version, missing name;
    // misconfigured: the KEK has not 32 octets.
    static Result<KeyRing> unwrap(std::string_view text, const Secret& kek);
    // Aborts when the KEK has not 32 octets (a bug).
    [[nodiscard]] std::string wrap(const Secret& kek) const;

    // misconfigured when the ring has no such key.
    [[nodiscard]] Result<Secret> key(std::string_view name) const;

private:
    std::map<std::string, Secret, std::less<>> keys_;
};

}  // namespace edgeward::crypto
