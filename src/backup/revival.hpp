#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>

#include <edgeward/backup/backup.hpp>

#include "extraction.hpp"

// What a restore brings back beside store and vault, into the folder where it prepares everything.
namespace edgeward::backup {

struct RevivedDatabases {
    std::map<std::string, std::uint64_t> entries;
    Instant known_of{};  // of the newest container they were taken from
};

// The databases beside the two, with what is known of later: the newest later backup in the backup folder
// that opens, and the installation that is replaced. A file there that does not open under these keys is of
// another installation, or beyond use, and says nothing.
Result<RevivedDatabases> revive_databases(const RestoreRequest& request, const Extracted& extracted,
                                          const std::filesystem::path& staging);

struct RevivedObjects {
    std::uint64_t files = 0;
    std::uint64_t lost = 0;
};

// The objects that the store in `staging` still names after the erasures were carried out: from the backup,
// else from the installation that is replaced. corrupt: copies of the backup are damaged or gone, and
// `accept_lost` is not set.
Result<RevivedObjects> revive_objects(const RestoreRequest& request, const Extracted& extracted,
                                      const std::filesystem::path& staging);

}  // namespace edgeward::backup
