#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include <edgeward/core/result.hpp>
#include <edgeward/core/secret.hpp>
#include <edgeward/core/time.hpp>
#include <edgeward/crypto/digest.hpp>
#include <edgeward/crypto/key_ring.hpp>
#include <edgeward/crypto/signature.hpp>
#include <edgeward/model/pseudonym.hpp>

// Who has been erased, kept outside the databases, so that a database put back from a backup forgets them
// again. It names nobody: a subject is a hash of its pseudonym under a key of the key ring
// (docs/vault-format.md).
//
//   edgeward-erasures 1
//   <number> <TAB> <time> <TAB> <mark> <TAB> <link> <TAB> <signature>        one line each, from 1
//
//   mark = HMAC-SHA-256( HKDF-SHA-256(key "pseudonym", "edgeward/erasure/1/mark"), pseudonym (16) )
//   link = SHA-256( "edgeward-erasure 1" ‖ link before (32) ‖ number (8) ‖ ms since 1970 (8) ‖ mark (32) )
//   signature = Ed25519 by the audit signing key over "edgeward-erasure 1" ‖ link
namespace edgeward::vault {

inline constexpr const char* erasures_file = "erasures";

struct Erasure {
    std::uint64_t number = 0;
    Instant time{};
    crypto::Digest mark{};
    crypto::Digest link{};
    crypto::Signature signature{};
};

// What makes and finds entries. A value type; move-only.
class ErasureMarks {
public:
    static Result<ErasureMarks> make(const crypto::KeyRing& keys);
    [[nodiscard]] crypto::Digest of(const model::Pseudonym& subject) const;
    [[nodiscard]] const Secret& signing_seed() const noexcept { return seed_; }

private:
    ErasureMarks(Secret key, Secret seed) : key_(std::move(key)), seed_(std::move(seed)) {}
    Secret key_;
    Secret seed_;
};

// A value type; one thread.
class ErasureLedger {
public:
    // corrupt: a line is not the one that was linked and signed, or breaks off; invalid_input: not a ledger
    // of version 1. An empty text is an empty ledger.
    static Result<ErasureLedger> parse(std::string_view text, const crypto::PublicKey& key);
    // The file `erasures` in `folder`; empty when there is none. Errors as parse(), and unavailable.
    static Result<ErasureLedger> load(const std::filesystem::path& folder, const crypto::PublicKey& key);

    // Adds one entry and returns it. In memory only; save() makes it last.
    Erasure append(const model::Pseudonym& subject, Instant time, const ErasureMarks& marks);
    // Takes over what another ledger of this installation knows: all of it when it continues this one, else
    // an entry for each subject that is missing here (two restores of one backup gave two histories).
    void merge(const ErasureLedger& other, const ErasureMarks& marks);
    // Writes the file durably: after a crash the old or the new ledger is there.
    [[nodiscard]] Result<void> save(const std::filesystem::path& folder) const;

    [[nodiscard]] const std::vector<Erasure>& entries() const noexcept { return entries_; }
    [[nodiscard]] std::uint64_t size() const noexcept { return entries_.size(); }
    // Of the newest entry; zeros when there is none.
    [[nodiscard]] crypto::Digest link() const noexcept;
    // The link after `size` entries. Aborts beyond the end (a bug).
    [[nodiscard]] crypto::Digest link_at(std::uint64_t size) const;
    // This ledger begins with all of `older`.
    [[nodiscard]] bool continues(const ErasureLedger& older) const;
    [[nodiscard]] std::string text() const;

private:
    Erasure append(const crypto::Digest& mark, Instant time, const ErasureMarks& marks);
    std::vector<Erasure> entries_;
};

}  // namespace edgeward::vault
