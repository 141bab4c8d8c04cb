#pragma once

#include <cstdint>
#include <string>

#include <edgeward/core/bytes.hpp>
#include <edgeward/core/random.hpp>
#include <edgeward/core/result.hpp>

// Passwords by Argon2id, RFC 9106, in libargon2's text form
// ($argon2id$v=19$m=…,t=…,p=…$salt$hash), which names its own parameters. Threads: any.
namespace edgeward::crypto {

// What one hash costs whoever makes it; docs/adr/0040 has the times.
struct PasswordCost {
    std::uint32_t kibibytes = 64 * 1024;
    std::uint32_t passes = 2;
    std::uint32_t lanes = 1;
};

// With 16 octets of salt and 32 of hash. exhausted: no memory for it.
Result<std::string> hash_password(ByteView password, const PasswordCost& cost, Random& random);

// Whether `hash` is of this password; takes as long as its parameters say. corrupt: it is no such text;
// exhausted: no memory for it.
Result<bool> password_matches(ByteView password, const std::string& hash);

}  // namespace edgeward::crypto
