#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include <edgeward/core/result.hpp>
#include <edgeward/core/secret.hpp>
#include <edgeward/crypto/key_ring.hpp>

// accounts.db for a backup, the proof of one, and a restore. Nobody else uses the file meanwhile. Errors as
// AccountBook.
namespace edgeward::access {

// Of the file; what is sealed inside it has other keys.
Result<Secret> accounts_key(const crypto::KeyRing& keys);

// Every page is authenticated and every sealed value opened; a file of an older version is migrated. Gives
// how many accounts there are.
Result<std::uint64_t> examine_accounts(const std::filesystem::path& folder, const crypto::KeyRing& keys);

// Makes of the accounts.db in `folder`, or of none, what people may sign in by after a restore: the last of
// `later`, where the same file is of a later moment, takes its place. One-time codes and recovery codes are
// gone: some may have been used since, and each counts once.
Result<void> revive_accounts(const std::filesystem::path& folder,
                             const std::vector<std::filesystem::path>& later, const crypto::KeyRing& keys);

}  // namespace edgeward::access
