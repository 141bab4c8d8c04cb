#pragma once

#include <cstdint>

#include <edgeward/access/account_book.hpp>
#include <edgeward/crypto/digest.hpp>
#include <edgeward/crypto/seal.hpp>

// Ids and public keys inside accounts.db (docs/accounts-format.md).
namespace edgeward::access {

// `digesting`: account_digesting_key().
crypto::Digest digest_of_key_id(const Secret& digesting, ByteView id);

Bytes seal_security_key(const crypto::SealingKey& sealing, std::int64_t account, ByteView id,
                        const PublicKey& key);
// Fills in id and key. corrupt: it does not open, or is another key's than `digest` says.
Result<void> open_security_key(const crypto::SealingKey& sealing, const Secret& digesting,
                               std::int64_t account, ByteView sealed, const crypto::Digest& digest,
                               SecurityKey& into);

}  // namespace edgeward::access
