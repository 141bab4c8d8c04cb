#pragma once

#include <cstddef>
#include <vector>

#include <edgeward/core/bytes.hpp>
#include <edgeward/core/result.hpp>
#include <edgeward/core/secret.hpp>

// A recovery key in the hands of several people, so that none of them opens a backup alone
// (docs/backup-format.md, recovery shares). Each share holds a random secret of its own and the key sealed
// for every group of `needed` custodians its holder belongs to:
//
//   edgeward-recovery-share 1
//   key <SHA-256 of the public half, hexadecimal>
//   custodian <i> of <n>, <k> needed
//   secret <base64, 32 octets>
//   group <i,j,…> <base64>          SealingKey(HKDF-SHA-256(secret_i ‖ secret_j ‖ …,
//                                     "edgeward/recovery-share/1")).seal(key, context: the three lines above
//                                     without the custodian's own number, and the group)
//
// Threads: any.
namespace edgeward::crypto {

inline constexpr std::size_t most_custodians = 7;

// One text for each custodian. invalid_input: fewer than 2 or more than `most_custodians` of them, fewer than
// 2 needed or more than there are, or no recovery key.
Result<std::vector<Secret>> split_recovery_key(const Secret& private_pem, std::size_t needed,
                                               std::size_t custodians);
// The recovery key; more shares than needed do no harm. invalid_input: not shares of version 1 of one key,
// the same twice, or too few (says how many more); corrupt: they do not open it.
Result<Secret> join_recovery_shares(const std::vector<Secret>& shares);
// Begins as a share does.
bool is_recovery_share(ByteView text) noexcept;

}  // namespace edgeward::crypto
