#pragma once

#include <edgeward/core/bytes.hpp>
#include <edgeward/crypto/digest.hpp>

// RFC 6962, 2.1: the prefixes keep a leaf from being taken for a node.
namespace edgeward::audit {

crypto::Digest merkle_leaf(ByteView record_digest);
crypto::Digest merkle_node(const crypto::Digest& left, const crypto::Digest& right);

}  // namespace edgeward::audit
