#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <edgeward/audit/record.hpp>
#include <edgeward/core/bytes.hpp>
#include <edgeward/core/result.hpp>
#include <edgeward/core/secret.hpp>
#include <edgeward/crypto/digest.hpp>
#include <edgeward/crypto/signature.hpp>

namespace edgeward::audit {

// The RFC 6962 Merkle tree over all record digests, kept as its right edge: O(log n) state, appended to in
// O(1) amortised. leaf = SHA-256(0x00 ‖ digest), node = SHA-256(0x01 ‖ left ‖ right). A value type.
class MerkleTree {
public:
    MerkleTree() = default;
    // From the saved edge of `size` leaves; corrupt when the number of hashes does not fit the size.
    static Result<MerkleTree> restore(std::uint64_t size, std::vector<crypto::Digest> edge);
    // `leaf`: the digest of a record.
    void append(ByteView leaf);
    [[nodiscard]] crypto::Digest root() const;
    [[nodiscard]] std::uint64_t size() const noexcept { return size_; }
    [[nodiscard]] const std::vector<crypto::Digest>& edge() const noexcept { return edge_; }

private:
    std::uint64_t size_ = 0;
    std::vector<crypto::Digest> edge_;  // roots of the perfect subtrees, largest first
};

// Links audit records so that altering, dropping or reordering one breaks every later link.
//
//   digest(n) = SHA-256( digest(n-1) ‖ sequence(n) as 8 octets big-endian ‖ canonical(n) )
//
// The chain detects tampering; it does not prevent it, and it cannot see the removal of the newest records
// unless a later checkpoint is known elsewhere. A value type: no I/O, no clock, no lock.
class HashChain {
public:
    explicit HashChain(std::uint64_t sequence = 0, const crypto::Digest& head = {}) noexcept
        : sequence_(sequence), head_(head) {}
    // Adds one record and returns it with its links. On error (invalid_input) the chain is unchanged.
    Result<Record> append(Instant time, Event event);
    [[nodiscard]] std::uint64_t sequence() const noexcept { return sequence_; }
    [[nodiscard]] const crypto::Digest& head() const noexcept { return head_; }

private:
    std::uint64_t sequence_;
    crypto::Digest head_;
};

// A signed statement "the log had these n records": c2sp.org/tlog-checkpoint in a c2sp.org/signed-note with
// Ed25519, and the chain head and time as extension lines (docs/audit-format.md).
struct Checkpoint {
    std::string origin;  // "edgeward/<installation id>"
    std::uint64_t size = 0;
    crypto::Digest root{};  // Merkle root over the first `size` record digests
    crypto::Digest head{};  // digest of record `size`
    Instant time{};
};
std::string sign_checkpoint(const Checkpoint& checkpoint, const Secret& signing_seed);
// Signatures of other keys (witnesses) beside ours are let be.
// invalid_input: not a checkpoint of this version; denied: no valid signature by `key`.
Result<Checkpoint> verify_checkpoint(std::string_view note, const crypto::PublicKey& key);

}  // namespace edgeward::audit
