#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include <edgeward/core/result.hpp>
#include <edgeward/core/time.hpp>
#include <edgeward/model/consent.hpp>
#include <edgeward/model/disclosure.hpp>
#include <edgeward/model/identity.hpp>
#include <edgeward/model/pseudonym.hpp>
#include <edgeward/policy/permit.hpp>

namespace edgeward::vault {

// In force from `from` until before `until` (Instant::max(): until further notice). Entries are added, never
// changed: a withdrawal is an entry with given == false from then on.
struct ConsentEntry {
    model::Purpose purpose = model::Purpose::research;
    bool given = false;
    Instant from{};
    Instant until{};
};

// A document and whose it is: identifiers of one person, at least one.
struct ConsentImport {
    std::vector<model::PatientIdentifier> patient;
    model::ConsentDocument document;
};
enum class ImportOutcome : std::uint8_t {
    recorded,   // the first version of this document
    replaced,   // in the place of an earlier version, which stays on record
    unchanged,  // this very version was on record
    older,      // a later version is on record; nothing was changed
};
std::string_view name_of(ImportOutcome outcome) noexcept;
struct ImportedConsent {
    ImportOutcome outcome = ImportOutcome::recorded;
    model::Pseudonym subject;
    // Of research with data measured at this moment.
    policy::Consent before = policy::Consent::unknown;
    policy::Consent after = policy::Consent::unknown;
};

// What is on record of a person, oldest first.
struct RecordedEntry {
    ConsentEntry entry;
    Instant recorded{};
};
struct RecordedDocument {
    model::ConsentDocument document;
    Instant recorded{};
    std::optional<Instant> superseded;  // a later version took its place; it decides nothing any more
};
struct RecordedConsents {
    model::Pseudonym subject;
    std::vector<RecordedEntry> entries;
    std::vector<RecordedDocument> documents;
};

// The part of the vault that consent management changes. Errors and threads as IdentityVault.
class ConsentRegister {
public:
    ConsentRegister() = default;
    ConsentRegister(const ConsentRegister&) = delete;
    ConsentRegister& operator=(const ConsentRegister&) = delete;
    virtual ~ConsentRegister() = default;

    virtual Result<void> set_consent(const model::PatientIdentifier& identifier, const ConsentEntry& entry,
                                     std::string_view actor) = 0;
    // All or nothing, with a change record for each document that changed something. A patient nobody knows
    // is made with these identifiers. invalid_input: the identifiers belong to two persons, or the document
    // is on record as active for another person.
    virtual Result<std::vector<ImportedConsent>> import_consents(const std::vector<ConsentImport>& imports,
                                                                 std::string_view actor) = 0;
    // Nothing: nobody has that identifier.
    virtual Result<std::optional<RecordedConsents>> consents_of(
        const model::PatientIdentifier& identifier) = 0;
    // Everything the person is stored under: its pseudonym and those of who was merged into it. Empty: nobody
    // has that identifier.
    virtual Result<std::vector<model::Pseudonym>> pseudonyms_of(
        const model::PatientIdentifier& identifier) = 0;
};

}  // namespace edgeward::vault
