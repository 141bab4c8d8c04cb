#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include <edgeward/backup/backup_settings.hpp>
#include <edgeward/core/result.hpp>

// The backups in a folder. A backup is two files (docs/backup-format.md): <name>.data.edgeward-backup with
// the store and the configuration, <name>.persons.edgeward-backup with the vault. Names sort by time.
namespace edgeward::backup {

struct BackupFile {
    std::filesystem::path file;
    std::string name;  // 20261123T184846Z-0011aabb
    std::string id;
    std::string installation;
    int version = 0;  // of the container's format
    Instant made{};
    bool persons = false;        // the vault's part
    std::uint64_t erasures = 0;  // entries of the erasure ledger when it was made
    std::uint64_t size = 0;      // octets
    bool for_recovery = false;   // a recovery key opens it
};

// All containers in the folder, the oldest first. Their headers are read, nothing is proven. A file with
// another ending is none; one that ends like a container and is none is left out. unavailable: no such
// folder.
Result<std::vector<BackupFile>> list_backups(const std::filesystem::path& folder);

// The newest data part, or the one of that name, and the persons' part that belongs to it: the one made with
// it, else the oldest one made later. Every person a report names was in the vault before the report was
// stored, so a later vault lacks only who has been erased.
struct BackupPair {
    BackupFile data;
    BackupFile persons;
};
// invalid_input: no such backup, or no persons' part for it.
Result<BackupPair> find_pair(const std::vector<BackupFile>& files, const std::string& name);

// Which files the retention gives up: data parts beyond count or age, never the newest; persons' parts beyond
// count or age, and the newest beyond its age once somebody has been erased since (`erasures`: entries of the
// ledger now). Files of other installations are let be.
std::vector<BackupFile> expired_backups(const std::vector<BackupFile>& files, const BackupSettings& settings,
                                        const std::string& installation, std::uint64_t erasures, Instant now);

}  // namespace edgeward::backup
