#include "witness_proof.hpp"

#include <algorithm>

namespace edgeward::anchoring {
namespace {

constexpr std::size_t page = 5000;
constexpr std::size_t most_digests = 100'000;

Error stopped() {
    return {ErrorKind::unavailable, "stopped"};
}

}  // namespace

Result<audit::MerkleTree> tree_at(const AuditTrail& trail, std::uint64_t size, const audit::MerkleTree& known,
                                  const std::atomic<bool>& stopping) {
    audit::MerkleTree tree = known.size() <= size ? known : audit::MerkleTree();
    while (tree.size() < size) {
        if (stopping) return failure(stopped());
        const std::uint64_t before = tree.size();
        auto done = trail.read(
            before + 1, std::min<std::uint64_t>(page, size - before),
            [&](const audit::Record& record) { tree.append(record.digest); }, [](std::string_view) {});
        if (!done) return failure(std::move(done.error()));
        if (tree.size() == before)
            return failure(ErrorKind::invalid_input, "the log has no record " + std::to_string(before + 1));
    }
    return tree;
}

Result<ProvenCheckpoint> prove_from(const AuditTrail& trail, const audit::MerkleTree& from,
                                    const std::atomic<bool>& stopping) {
    const auto chain = trail.chain();
    if (!chain) return failure(chain.error());
    ProvenCheckpoint found{from.size(), from, {}, {}};
    if (chain->checkpoint < from.size() || chain->checkpoint == 0) return found;
    if (chain->checkpoint == from.size()) {
        found.note = chain->checkpoint_note;
        return found;
    }
    audit::MerkleTree tree = from;
    std::vector<crypto::Digest> added;
    std::size_t covered = 0;  // of `added`, by the checkpoint found last
    while (tree.size() < chain->checkpoint && (found.note.empty() || added.size() < most_digests)) {
        if (stopping) return failure(stopped());
        const std::uint64_t before = tree.size();
        auto done = trail.read(
            before + 1, std::min<std::uint64_t>(page, chain->checkpoint - before),
            [&](const audit::Record& record) {
                tree.append(record.digest);
                if (from.size() > 0) added.push_back(record.digest);
            },
            [&](std::string_view note) {
                found.size = tree.size();
                found.tree = tree;
                found.note = note;
                covered = added.size();
            });
        if (!done) return failure(std::move(done.error()));
        if (tree.size() == before)
            return failure(ErrorKind::corrupt, "a record is missing from the audit chain");
    }
    added.resize(covered);
    found.proof = audit::prove_consistency(from, added);
    return found;
}

}  // namespace edgeward::anchoring
