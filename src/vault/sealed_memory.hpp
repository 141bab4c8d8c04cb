#pragma once

#include <cstdint>
#include <functional>

#include <edgeward/core/bytes.hpp>
#include <edgeward/core/result.hpp>
#include <edgeward/model/pseudonym.hpp>

#include "lru_cache.hpp"
#include "pseudonym_hash.hpp"

namespace edgeward::vault {

// A part of a person as the file has it, and under whose pseudonym it is sealed.
struct SealedPart {
    model::Pseudonym owner;
    Bytes octets;
};

// Parts of the persons asked for lately, sealed as they are in the file: nothing here can be read without the
// key. It holds until the vault changes by whatever way, so nobody has to remember to forget.
// Threads: those of the database's lock.
class SealedMemory {
public:
    explicit SealedMemory(std::size_t capacity) : parts_(capacity) {}

    // The remembered part, or that of `read`, which is then remembered; valid until the next call. `changes`
    // is Connection::changes(), outside transactions: one that is rolled back takes back what it let read.
    template <typename Read>
    Result<const SealedPart*> recall(const model::Pseudonym& subject, std::int64_t changes,
                                     const Read& read) {
        if (changes != changes_) parts_.clear();
        changes_ = changes;
        if (const SealedPart* known = parts_.find(subject)) return known;
        Result<SealedPart> part = read();
        if (!part) return failure(std::move(part.error()));
        parts_.keep(subject, *std::move(part));
        return parts_.find(subject);
    }

    void forget() { parts_.clear(); }

private:
    std::int64_t changes_ = 0;
    LruCache<model::Pseudonym, SealedPart, PseudonymHash, std::equal_to<>> parts_;
};

}  // namespace edgeward::vault
