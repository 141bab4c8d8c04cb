#include <edgeward/audit/witness.hpp>

#include <algorithm>
#include <bit>

#include "merkle_hash.hpp"

namespace edgeward::audit {
namespace {

// The tree whose first leaves are known as the edge of `old`, the others one by one.
class Extended {
public:
    Extended(const MerkleTree& old, const std::vector<crypto::Digest>& added) : old_(old) {
        leaves_.reserve(added.size());
        for (const crypto::Digest& digest : added)
            leaves_.push_back(merkle_leaf(digest));
    }

    // RFC 6962, 2.1.2: SUBPROOF(m, D[first:end], complete), with m = old size - first.
    void prove(std::uint64_t first, std::uint64_t end, bool complete, ConsistencyProof& proof) const {
        const std::uint64_t known = old_.size() - first;
        const std::uint64_t size = end - first;
        if (known == size) {
            if (!complete) proof.push_back(hash(first, end));
            return;
        }
        const std::uint64_t middle = first + std::bit_floor(size - 1);
        if (old_.size() <= middle) {
            prove(first, middle, complete, proof);
            proof.push_back(hash(middle, end));
        } else {
            prove(middle, end, false, proof);
            proof.push_back(hash(first, middle));
        }
    }

private:
    // Of a range that lies on one side of the old tree's end.
    [[nodiscard]] crypto::Digest hash(std::uint64_t first, std::uint64_t end) const {
        if (end <= old_.size()) return hash_of_old(first, end);
        if (end - first == 1) return leaves_[first - old_.size()];
        const std::uint64_t middle = first + std::bit_floor(end - first - 1);
        return merkle_node(hash(first, middle), hash(middle, end));
    }

    // Perfect subtrees of the edge: those that begin at `first` and end at `end` make one node.
    [[nodiscard]] crypto::Digest hash_of_old(std::uint64_t first, std::uint64_t end) const {
        std::vector<crypto::Digest> parts;
        std::uint64_t at = 0;
        for (const crypto::Digest& subtree : old_.edge()) {
            if (at >= first && at < end) parts.push_back(subtree);
            at += std::bit_floor(old_.size() - at);
        }
        crypto::Digest joined = parts.back();
        for (auto part = parts.rbegin() + 1; part != parts.rend(); ++part)
            joined = merkle_node(*part, joined);
        return joined;
    }

    const MerkleTree& old_;
    std::vector<crypto::Digest> leaves_;
};

}  // namespace

ConsistencyProof prove_consistency(const MerkleTree& old, const std::vector<crypto::Digest>& added) {
    ConsistencyProof proof;
    if (old.size() == 0 || added.empty()) return proof;
    const Extended tree(old, added);
    tree.prove(0, old.size() + added.size(), true, proof);
    return proof;
}

bool verify_consistency(std::uint64_t old_size, const crypto::Digest& old_root, std::uint64_t size,
                        const crypto::Digest& root, const ConsistencyProof& proof) {
    if (old_size > size) return false;
    if (old_size == size) return proof.empty() && old_root == root;
    if (old_size == 0) return proof.empty();
    std::uint64_t old_node = old_size - 1;
    std::uint64_t node = size - 1;
    while ((old_node & 1U) != 0) {
        old_node >>= 1U;
        node >>= 1U;
    }
    auto next = proof.begin();
    crypto::Digest old_hash = old_root;
    if (!std::has_single_bit(old_size)) {  // otherwise the old root itself is the first node
        if (next == proof.end()) return false;
        old_hash = *next++;
    }
    crypto::Digest hash = old_hash;
    for (; next != proof.end(); ++next) {
        if (node == 0) return false;
        if ((old_node & 1U) != 0 || old_node == node) {
            old_hash = merkle_node(*next, old_hash);
            hash = merkle_node(*next, hash);
            while ((old_node & 1U) == 0 && old_node != 0) {
                old_node >>= 1U;
                node >>= 1U;
            }
        } else {
            hash = merkle_node(hash, *next);
        }
        old_node >>= 1U;
        node >>= 1U;
    }
    return node == 0 && old_hash == old_root && hash == root;
}

}  // namespace edgeward::audit
