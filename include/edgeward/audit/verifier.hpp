#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <edgeward/audit/books_report.hpp>
#include <edgeward/core/result.hpp>
#include <edgeward/core/time.hpp>
#include <edgeward/crypto/digest.hpp>
#include <edgeward/crypto/signature.hpp>

namespace edgeward::audit {

// What is wrong with a log, as far as it can be told from what is left.
enum class Finding : std::uint8_t {
    none,
    edit,           // a record is not the one that was linked or signed
    deletion,       // records are missing
    insertion,      // a record too many
    reorder,        // records or checkpoints changed places
    truncation,     // the end is missing: no end line, or an anchor knows more records
    replacement,    // the log of another installation
    rollback,       // the log went on from an older state than an anchor knows
    fork,           // two histories, both signed
    bad_signature,  // a checkpoint this key did not sign
    gap,            // the export does not begin where it should
    malformed,      // not an export of version 1
};
// "none", "edit", "delete", "insert", "reorder", "truncate", "replace", "rollback", "fork", …
std::string_view name_of(Finding finding) noexcept;

struct VerifierSettings {
    crypto::PublicKey key{};  // of the audit signing key
    std::string origin;       // expected "edgeward/<installation id>"; empty: any
    std::uint64_t first = 1;  // the sequence the export has to begin with
    std::vector<std::string>
        anchors;  // checkpoint notes known from elsewhere: SIEM, witness, an earlier export
};

struct Verdict {
    Finding finding = Finding::none;
    std::uint64_t first_bad = 0;  // first sequence that is not what it should be; exact where the links tell
    std::string explanation;      // one sentence for people
    std::string origin;
    std::uint64_t first = 0;        // sequence the export begins with
    std::uint64_t records = 0;      // records read
    std::uint64_t linked = 0;       // last sequence whose link holds
    std::uint64_t proven = 0;       // last sequence a valid checkpoint or anchor covers; 0: none
    std::uint64_t checkpoints = 0;  // valid ones in the export
    std::uint64_t anchors_matched = 0;
    std::uint64_t restores = 0;      // records that say "this log goes on from a backup"
    std::uint64_t last_restore = 0;  // sequence of the newest of them
    std::uint64_t anchors_lost = 0;  // anchors of the records such a restore gave up
    crypto::Digest head{};           // digest of record `linked`
    BooksFindings books;             // what the reconciliation reports among the linked records say

    // Records at the end that no signature covers: linked, but whoever can write the database could have made
    // them.
    [[nodiscard]] std::uint64_t unsigned_tail() const noexcept;
};

// 0 everything is proven; 1 tampering found; 2 not a readable export; 3 sound, but the newest records (or
// all) have no signature yet; 4 sound, but anchored records were given up by a restore the log declares: a
// person has to know of it.
int exit_code(const Verdict& verdict) noexcept;

// Checks an export without the gateway: links, Merkle root, signatures, anchors. Needs the public key only.
//
// A restored backup is a rollback that says so: the record `restored` follows the backup's last record.
// Anchors made before it and beyond its place are of the history that was given up, and counted as lost; the
// same without the record, or an anchor younger than it, is a rollback or a fork.
//
// Without anchors it cannot see that the newest records and checkpoints were cut off, that an older state was
// put back, or what someone did who has the signing key; with anchors it sees all that up to the newest
// anchor. Memory does not grow with the export. One thread.
class Verifier {
public:
    // invalid_input or denied: an anchor is not a checkpoint signed with this key.
    static Result<Verifier> open(VerifierSettings settings);
    Verifier(Verifier&&) noexcept;
    Verifier& operator=(Verifier&&) noexcept;
    Verifier(const Verifier&) = delete;
    Verifier& operator=(const Verifier&) = delete;
    ~Verifier();

    // The next octets of the export, cut anywhere.
    void feed(std::string_view octets);
    // After the last octets.
    Verdict finish();

private:
    struct State;
    explicit Verifier(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

}  // namespace edgeward::audit
