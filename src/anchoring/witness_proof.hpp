#pragma once

#include <atomic>
#include <cstdint>
#include <string>

#include <edgeward/audit/witness.hpp>

#include "audit_trail.hpp"

namespace edgeward::anchoring {

// A checkpoint of the log with what leads to it.
struct ProvenCheckpoint {
    std::uint64_t size = 0;
    audit::MerkleTree tree;  // of its size
    audit::ConsistencyProof proof;
    std::string note;
};

// The newest checkpoint that is not smaller than `from`, and the proof from there; of a long log one on the
// way, so that no more than some 100,000 digests are held. An empty note: there is none. Any error: of
// reading, or `stopping`.
Result<ProvenCheckpoint> prove_from(const AuditTrail& trail, const audit::MerkleTree& from,
                                    const std::atomic<bool>& stopping);

// The tree of the first `size` records, from `known` on when that is not larger. invalid_input: the log has
// fewer.
Result<audit::MerkleTree> tree_at(const AuditTrail& trail, std::uint64_t size, const audit::MerkleTree& known,
                                  const std::atomic<bool>& stopping);

}  // namespace edgeward::anchoring
