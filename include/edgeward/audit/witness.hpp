#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <edgeward/audit/hash_chain.hpp>
#include <edgeward/core/result.hpp>
#include <edgeward/core/secret.hpp>
#include <edgeward/core/time.hpp>
#include <edgeward/crypto/digest.hpp>
#include <edgeward/crypto/signature.hpp>

// What a log and its witness say to each other: c2sp.org/tlog-witness, with Merkle consistency proofs
// (RFC 6962, 2.1.2) over the record digests and Ed25519 cosignatures (c2sp.org/tlog-cosignature). Pure.
namespace edgeward::audit {

using ConsistencyProof = std::vector<crypto::Digest>;

// That the tree of `old` and these further record digests begins with the tree of `old`. Empty when nothing
// was added or `old` is empty.
ConsistencyProof prove_consistency(const MerkleTree& old, const std::vector<crypto::Digest>& added);
// RFC 9162, 2.1.4.2. An empty old tree is consistent with every one, by an empty proof.
bool verify_consistency(std::uint64_t old_size, const crypto::Digest& old_root, std::uint64_t size,
                        const crypto::Digest& root, const ConsistencyProof& proof);

// A witness as those know it who trust it.
struct Cosigner {
    std::string name;  // no space, no plus sign: a host name, say
    crypto::PublicKey key{};
};
// Can it stand in a signature line?
bool is_cosigner_name(std::string_view name);

// The signature line of a witness for this note, which must be one (split_note).
std::string cosign(std::string_view note, std::string_view name, const Secret& seed, Instant time);
// When the witness has seen it: its newest valid cosignature, to the second. invalid_input: not a note;
// denied: no valid cosignature by this witness. Lines of others are let be.
Result<Instant> verify_cosignature(std::string_view note, const Cosigner& by);
// The note with the line of this witness in `answer` added; errors as above. Nothing else of the answer is
// taken over.
Result<std::string> add_cosignature(std::string_view note, std::string_view answer, const Cosigner& by);

// The body of add-checkpoint.
struct WitnessRequest {
    std::uint64_t old_size = 0;
    ConsistencyProof proof;  // from old_size to the size of the note
    std::string note;
};
std::string to_text(const WitnessRequest& request);
// invalid_input: not one of its form, or more than 63 hashes.
Result<WitnessRequest> parse_witness_request(std::string_view text);

}  // namespace edgeward::audit
