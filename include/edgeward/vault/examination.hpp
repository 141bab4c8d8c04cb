#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include <edgeward/core/result.hpp>
#include <edgeward/crypto/key_ring.hpp>
#include <edgeward/database/snapshot.hpp>
#include <edgeward/model/pseudonym.hpp>
#include <edgeward/vault/erasure_ledger.hpp>

// vault.db for a backup and for the proof that a backup is one.
namespace edgeward::vault {

// The file in `folder` as of now. Call it inside IdentityVault::while_unchanged().
Result<database::Snapshot> begin_snapshot(const std::filesystem::path& folder, const crypto::KeyRing& keys);

// How many persons it has.
Result<std::uint64_t> persons_in(database::Snapshot& snapshot);

struct Examination {
    std::int64_t schema_version = 0;         // as it was found
    std::uint64_t persons_found = 0;         // as they were found
    std::vector<model::Pseudonym> subjects;  // everybody once the ledger is carried out, in order
    std::uint64_t erasures = 0;              // entries of the ledger the file has seen
};

// Examines the vault.db in `folder`, which nobody else uses: every page is authenticated, every person's
// secret, data key and identity opens, and the erasure ledger beside it continues what the file has seen. A
// write-ahead log is moved into the file, one of an older version is migrated, and erasures it has not seen
// are carried out. corrupt: something does not hold; otherwise as open_vault().
Result<Examination> examine(const std::filesystem::path& folder, const crypto::KeyRing& keys);

}  // namespace edgeward::vault
