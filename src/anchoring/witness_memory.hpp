#pragma once

#include <filesystem>
#include <string>

#include <edgeward/audit/hash_chain.hpp>
#include <edgeward/core/result.hpp>

namespace edgeward::anchoring {

// What the gateway keeps of its witness: the newest cosigned checkpoint, and the edge of its Merkle tree,
// from which the next proof is made.
struct WitnessMemory {
    audit::MerkleTree tree;
    std::string note;  // empty: none yet
};

// "edgeward-witness-memory 1", "tree <size> <edge in hexadecimal>", then the note; written durably. A file
// that is not there is the beginning; corrupt: it is there and not of this form.
Result<WitnessMemory> read_witness_memory(const std::filesystem::path& file);
Result<void> write_witness_memory(const std::filesystem::path& file, const WitnessMemory& memory);

}  // namespace edgeward::anchoring
