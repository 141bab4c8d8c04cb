#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include <edgeward/core/result.hpp>
#include <edgeward/core/secret.hpp>
#include <edgeward/crypto/key_ring.hpp>

namespace edgeward::backup {

// A small database beside store and vault, of which the gateway need not have one: it is copied and restored
// here, and what its rows mean is known to its module.
struct SideDatabase {
    std::string file;  // "accounts.db"
    std::function<Result<Secret>(const crypto::KeyRing& keys)> key;
    // Proves the file in `folder`, which nobody else uses: every page and every row. Gives how many entries
    // there are. corrupt: something does not hold.
    std::function<Result<std::uint64_t>(const std::filesystem::path& folder, const crypto::KeyRing& keys)>
        examine;
    // Makes of the file in `folder`, or of none, what may be used again after a restore. `later`: folders
    // with the same file of later moments, the oldest first: what was taken away there does not come back.
    std::function<Result<void>(const std::filesystem::path& folder,
                               const std::vector<std::filesystem::path>& later, const crypto::KeyRing& keys)>
        revive;
};

}  // namespace edgeward::backup
