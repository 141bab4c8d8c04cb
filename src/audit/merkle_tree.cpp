#include <edgeward/audit/hash_chain.hpp>

#include <array>
#include <bit>

#include "merkle_hash.hpp"

namespace edgeward::audit {
namespace {

constexpr std::array<std::uint8_t, 1> leaf_prefix = {0x00};
constexpr std::array<std::uint8_t, 1> node_prefix = {0x01};

}  // namespace

crypto::Digest merkle_leaf(ByteView record_digest) {
    return crypto::sha256({leaf_prefix, record_digest});
}

crypto::Digest merkle_node(const crypto::Digest& left, const crypto::Digest& right) {
    return crypto::sha256({node_prefix, left, right});
}

Result<MerkleTree> MerkleTree::restore(std::uint64_t size, std::vector<crypto::Digest> edge) {
    if (edge.size() != static_cast<std::size_t>(std::popcount(size)))
        return failure(ErrorKind::corrupt, "the edge of the Merkle tree does not fit its size");
    MerkleTree tree;
    tree.size_ = size;
    tree.edge_ = std::move(edge);
    return tree;
}

void MerkleTree::append(ByteView leaf) {
    crypto::Digest hash = merkle_leaf(leaf);
    // Like the carry of a binary addition: every perfect subtree of the same height joins the new one.
    for (std::uint64_t bits = size_; (bits & 1U) != 0; bits >>= 1U) {
        hash = merkle_node(edge_.back(), hash);
        edge_.pop_back();
    }
    edge_.push_back(hash);
    ++size_;
}

crypto::Digest MerkleTree::root() const {
    if (edge_.empty()) return crypto::sha256(ByteView());
    crypto::Digest root = edge_.back();
    for (auto subtree = edge_.rbegin() + 1; subtree != edge_.rend(); ++subtree)
        root = merkle_node(*subtree, root);
    return root;
}

}  // namespace edgeward::audit
