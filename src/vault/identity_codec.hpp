#pragma once

#include <cstddef>

#include <edgeward/core/result.hpp>
#include <edgeward/core/secret.hpp>
#include <edgeward/model/identity.hpp>

namespace edgeward::vault {

inline constexpr std::size_t longest_text = 4096;
inline constexpr std::size_t most_identifiers = 100;

// Has every text at most `longest_text` octets, 1 to `most_identifiers` identifiers, and each of these a
// value and an authority? invalid_input otherwise.
Result<void> check_identity(const model::Identity& identity);
Result<void> check_identifier(const model::PatientIdentifier& identifier);

// An identity as octets, version 1 (docs/vault-format.md), to be sealed:
//
//   0x01 ‖ number of identifiers (1 octet) ‖ value, authority, type of each ‖ family, given, birth date, sex,
//   visit number text = length (2 octets, big-endian) ‖ octets
//
// encode: of a checked identity. decode: corrupt when the octets are no such form.
Secret encode_identity(const model::Identity& identity);
Result<model::Identity> decode_identity(ByteView octets);

}  // namespace edgeward::vault
