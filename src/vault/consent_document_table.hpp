#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include <edgeward/core/time.hpp>
#include <edgeward/crypto/key_ring.hpp>
#include <edgeward/database/database.hpp>
#include <edgeward/policy/broad_consent.hpp>
#include <edgeward/vault/consent_register.hpp>

#include "person_seal.hpp"

namespace edgeward::vault {

// The tables consent_documents and consent_provisions. Versions are added and never changed: a later one
// supersedes those before. Runs in the caller's transaction. Threads: the connection's.
class ConsentDocumentTable {
public:
    static Result<ConsentDocumentTable> prepare(database::Connection& database, const crypto::KeyRing& keys);

    // invalid_input: the document is on record as active for another person.
    Result<ImportOutcome> take(std::int64_t person, const model::ConsentDocument& document, Instant now);
    // What the person's documents say of research (policy/broad_consent.hpp).
    Result<policy::Consent> at(const model::Pseudonym& subject, Instant now, Instant measured);
    // All versions, in the order they came.
    Result<std::vector<RecordedDocument>> of_person(std::int64_t person);

private:
    explicit ConsentDocumentTable(PersonSeal seal) : seal_(std::move(seal)) {}
    struct Marks {
        std::optional<crypto::Digest> by_identifier;
        std::optional<crypto::Digest> by_id;
    };
    struct Known {
        std::int64_t id = 0;
        std::int64_t person = 0;
        model::ConsentStatus status = model::ConsentStatus::active;
        std::optional<Instant> version;
        crypto::Digest fingerprint{};
    };
    [[nodiscard]] Marks marks_of(const model::ConsentDocument& document) const;
    Result<std::vector<Known>> known_versions(const Marks& marks);
    Result<void> insert(std::int64_t person, const model::ConsentDocument& document, const Marks& marks,
                        const crypto::Digest& fingerprint, Instant now);
    Result<void> read_provisions(std::int64_t document, std::vector<model::ConsentProvision>& into);

    PersonSeal seal_;
    database::Statement known_;
    database::Statement supersede_;
    database::Statement insert_;
    database::Statement insert_provision_;
    database::Statement deciding_;
    database::Statement of_person_;
    database::Statement provisions_of_;
};

}  // namespace edgeward::vault
