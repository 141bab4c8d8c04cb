#pragma once

#include <filesystem>
#include <string>

#include <edgeward/backup/backup.hpp>
#include <edgeward/crypto/key_ring.hpp>
#include <edgeward/vault/erasure_ledger.hpp>

#include "container_reader.hpp"
#include "object_list.hpp"

namespace edgeward::backup {

// The databases and the ledger of a pair, as ciphertext, in a folder of their own, and what proves them.
struct Extracted {
    Manifest data;
    Manifest persons;
    std::string data_manifest;  // its octets
    std::string persons_manifest;
    crypto::KeyRing keys;
    ObjectList objects;
};

Unlocking unlocking_of(const BackupKeys& keys);

// Reads both containers to their ends into `folder`, which is there and empty: the databases, their logs and
// the later one of the two erasure ledgers. Proves streams, manifests and that the two belong together.
Result<Extracted> extract(const BackupPair& pair, const BackupKeys& keys,
                          const std::vector<SideDatabase>& databases, const std::filesystem::path& folder);

// Examines what extract() wrote and holds it against the manifests; the copies of objects are not looked at.
Result<Verified> examine_extracted(const Extracted& extracted, const std::vector<SideDatabase>& databases,
                                   const std::filesystem::path& folder);

// Reads a data part to its end and puts only those databases beside the store into `folder` that it has and
// that are asked for. Errors as extract().
Result<void> extract_sides(const BackupFile& data, const BackupKeys& keys,
                           const std::vector<SideDatabase>& databases, const std::filesystem::path& folder);

// Adds to the ledger in `folder` whoever the ledgers of other backups of this installation know as erased. A
// container that does not open is passed over.
Result<void> take_later_erasures(const std::vector<BackupFile>& files, const BackupKeys& keys,
                                 const std::string& installation, const vault::ErasureMarks& marks,
                                 const std::filesystem::path& folder);

}  // namespace edgeward::backup
