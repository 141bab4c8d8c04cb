#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <edgeward/core/bytes.hpp>
#include <edgeward/core/secret.hpp>
#include <edgeward/core/time.hpp>

// Time-based one-time codes, RFC 6238 over RFC 4226. Pure. Threads: any.
namespace edgeward::crypto {

enum class CodeHash : std::uint8_t { sha1, sha256, sha512 };

inline constexpr std::int64_t code_step_seconds = 30;

// The number of 30-second steps since 1970 (RFC 6238 4.2, T0 = 0). Times before that are step 0.
std::uint64_t code_step_at(Instant now);

// The code of one step: 6 to 8 decimal digits, with leading zeros.
std::string one_time_code(const Secret& secret, std::uint64_t step, unsigned digits, CodeHash hash);

// The step of `code`, six digits of SHA-1 as every authenticator app makes them: that of `now`, the one
// before or the one after, when it is later than `used`; nothing otherwise. Takes the same time for every
// code of six digits.
std::optional<std::uint64_t> step_of_code(const Secret& secret, std::string_view code, Instant now,
                                          std::uint64_t used);

// RFC 4648 base32 in capitals without padding, as authenticator apps take secrets.
std::string to_base32(ByteView octets);

}  // namespace edgeward::crypto
