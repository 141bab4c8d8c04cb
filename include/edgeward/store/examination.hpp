#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include <edgeward/core/result.hpp>
#include <edgeward/crypto/key_ring.hpp>
#include <edgeward/database/snapshot.hpp>
#include <edgeward/model/pseudonym.hpp>
#include <edgeward/store/books.hpp>
#include <edgeward/store/object_files.hpp>
#include <edgeward/store/observation_store.hpp>
#include <edgeward/store/store_reader.hpp>

// store.db for a backup and for the proof that a backup is one.
namespace edgeward::store {

// The file in `folder` as of now. Call it inside Writer::run(): nothing is committed meanwhile.
Result<database::Snapshot> begin_snapshot(const std::filesystem::path& folder, const crypto::KeyRing& keys);

// The objects somebody owns, in the order of their names: as of a snapshot, and in the store.db of a folder.
Result<std::vector<ObjectFile>> objects_in(database::Snapshot& snapshot);
Result<std::vector<ObjectFile>> objects_in(const std::filesystem::path& folder, const crypto::KeyRing& keys);

// What a store holds; the books are the counters, which the rows have confirmed.
struct Examination {
    std::int64_t schema_version = 0;  // as it was found
    ChainState chain;
    InboundBook inbound;
    std::map<std::string, DestinationBook> destinations;
    std::uint64_t reports_checked = 0;  // against their digests
    std::uint64_t batches_checked = 0;  // against their audit records
    std::vector<ObjectFile> objects;    // as objects_in()
};

// Examines the store.db in `folder`, which nobody else uses: every page is authenticated, the audit chain
// verified from its first record on with all its signatures, every row held against its digest, every batch
// against its audit record, the counters against the rows. A write-ahead log beside it is moved into it, and
// a file of an older version is migrated. `subject` is called once for each person with a report; may be
// empty. Some seconds for a gigabyte. corrupt: something does not hold; otherwise as open_store().
Result<Examination> examine(const std::filesystem::path& folder, const crypto::KeyRing& keys,
                            const std::function<void(const model::Pseudonym&)>& subject);

// Shows every record of the audit log of the store.db in `folder`, beside a running gateway or without one.
// It is read, not verified. Errors as open_store().
Result<void> read_audit(const std::filesystem::path& folder, const crypto::KeyRing& keys,
                        const std::function<void(const audit::Event&)>& see);

}  // namespace edgeward::store
