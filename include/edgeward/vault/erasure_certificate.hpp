#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <edgeward/core/bytes.hpp>
#include <edgeward/core/result.hpp>
#include <edgeward/core/secret.hpp>
#include <edgeward/core/time.hpp>
#include <edgeward/crypto/digest.hpp>
#include <edgeward/crypto/key_ring.hpp>
#include <edgeward/crypto/signature.hpp>

// What a person, and whoever supervises the hospital, gets as proof of an erasure: signed lines of text
// without an identity (docs/erasure-certificate.md). With the key ring it lets a reader of the raw files
// search for what was erased.
namespace edgeward::vault {

// 16 octets of an erased cell, so that they can be recognised and not be made again: 24 bits of a rolling
// hash, which finds the place quickly, and 128 bits of a keyed hash, which proves it.
struct Fingerprint {
    std::uint32_t rolling = 0;
    std::array<std::uint8_t, 16> mark{};
    friend bool operator==(const Fingerprint&, const Fingerprint&) = default;
};

// Makes fingerprints. Its key follows from the key "pseudonym" and a salt of the certificate: without the key
// ring a certificate says nothing about what was erased. Threads: any.
class Fingerprinter {
public:
    static constexpr std::size_t window = 16;
    // misconfigured: the ring has no key "pseudonym".
    static Result<Fingerprinter> make(const crypto::KeyRing& keys, const crypto::Digest& salt);
    [[nodiscard]] Fingerprinter clone() const { return Fingerprinter(key_.clone()); }

    // Of a window at every eighth octet and of the last one, so that any 23 octets of the cell that are left
    // somewhere hold one; of a cell longer than `whole` only the beginning and the end: it is sealed, and
    // without the nonce at its beginning the rest cannot be opened. Cells shorter than a window have none.
    [[nodiscard]] std::vector<Fingerprint> of(ByteView cell) const;
    static constexpr std::size_t whole = 512;
    // Appends those of all cells.
    void add(const std::vector<Bytes>& cells, std::vector<Fingerprint>& into) const;
    // Of the octets of one window.
    [[nodiscard]] std::array<std::uint8_t, 16> mark_of(ByteView octets) const;
    static std::uint32_t rolling_of(ByteView octets) noexcept;

private:
    explicit Fingerprinter(Secret key) : key_(std::move(key)) {}
    Secret key_;
};

// Looks for fingerprints in any octets. One thread.
class FingerprintSearch {
public:
    FingerprintSearch(const std::vector<Fingerprint>& fingerprints, Fingerprinter by);
    ~FingerprintSearch();
    FingerprintSearch(const FingerprintSearch&) = delete;
    FingerprintSearch& operator=(const FingerprintSearch&) = delete;
    FingerprintSearch(FingerprintSearch&&) noexcept;
    FingerprintSearch& operator=(FingerprintSearch&&) noexcept;
    // At how many places of `octets` something of it lies.
    [[nodiscard]] std::uint64_t count_in(ByteView octets) const;

private:
    std::vector<Fingerprint> sorted_;  // by rolling hash
    std::vector<bool> filter_;         // 2^24 bits
    Fingerprinter by_;
};

struct ErasureCertificate {
    std::string installation;   // as in the audit log's origin
    std::uint64_t request = 0;  // number of the request
    std::string reason;         // of the request: one of erasure_reasons
    Instant time{};             // of the newest entry of the ledger below
    struct Entry {
        std::uint64_t number = 0;
        crypto::Digest link{};
    };
    std::vector<Entry> ledger;  // one for each pseudonym of the person
    struct Count {
        std::string place;  // "identifiers", "delivery kis", …
        std::uint64_t count = 0;
    };
    std::vector<Count> erased;
    struct Recipient {
        std::string destination;
        std::uint64_t disclosed = 0;  // reports that were let go there
        std::uint64_t delivered = 0;  // reports it has acknowledged
        Instant first{};
        Instant last{};
    };
    std::vector<Recipient> recipients;
    // Where the person's keys, or messages that named the person, still lie.
    struct RemainingBackup {
        std::string name;
        std::string part;                   // persons, data, or replaced: an installation put aside
        std::optional<Instant> until = {};  // the retention gives it up then; nothing: a person must
    };
    std::vector<RemainingBackup> backups;
    std::uint64_t unsearched = 0;  // identifiers too short to be searched for in held messages
    crypto::Digest salt{};
    // Mark of the first window of the newest link above: who computes another one searches with another key.
    std::array<std::uint8_t, 16> control{};
    std::vector<Fingerprint> fingerprints;

    // Adds to a count, or begins it.
    void count(std::string_view place, std::uint64_t more);
    [[nodiscard]] std::uint64_t counted(std::string_view place) const;
};

// The lines that are signed.
std::string body_of(const ErasureCertificate& certificate);
// The lines, an empty one, and "signature " with the signature over the lines by the audit signing key.
std::string sign(const ErasureCertificate& certificate, const Secret& signing_seed);
// invalid_input: not a certificate of version 1.
Result<ErasureCertificate> parse_certificate_body(std::string_view body);
// The same of a signed one; corrupt: the signature is not of `key`.
Result<ErasureCertificate> parse_certificate(std::string_view text, const crypto::PublicKey& key);

}  // namespace edgeward::vault
