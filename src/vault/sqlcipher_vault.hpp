#pragma once

#include <memory>
#include <mutex>
#include <optional>

#include <edgeward/core/time.hpp>
#include <edgeward/vault/identity_vault.hpp>

#include "association_table.hpp"
#include "change_table.hpp"
#include "consent_document_table.hpp"
#include "consent_table.hpp"
#include "erasure_table.hpp"
#include "extent_table.hpp"
#include "hold_table.hpp"
#include "person_table.hpp"
#include "place_change_table.hpp"
#include "placement_table.hpp"
#include "request_table.hpp"
#include "restriction_table.hpp"
#include "sealed_memory.hpp"
#include "stay_table.hpp"
#include "subject_cache.hpp"
#include "visit_table.hpp"

namespace edgeward::vault {

// IdentityVault over vault.db. One lock serialises the database; what the cache knows does not wait for it. A
// change is committed when its member returns.
class SqlcipherVault final : public IdentityVault {
public:
    static Result<std::unique_ptr<SqlcipherVault>> open(const std::filesystem::path& file,
                                                        const crypto::KeyRing& keys, const Clock& clock,
                                                        std::size_t cached);

    Result<Subject> subject_of(const model::PatientIdentifier& identifier) override;
    Result<std::optional<Subject>> subject_at(std::string_view device, Instant when,
                                              std::string_view fixed_bed = {}) override;
    Result<std::optional<Subject>> subject(const model::Pseudonym& pseudonym) override;
    Result<bool> same_person(const model::Pseudonym& one, const model::Pseudonym& other) override;
    Result<DisclosedIdentity> disclose(const model::Pseudonym& pseudonym,
                                       const policy::Permit& permit) override;
    Result<std::string> domain_pseudonym(const model::Pseudonym& pseudonym, const policy::Permit& permit,
                                         std::string_view domain, std::string_view prefix) override;
    Result<Generalised> generalise(const model::Pseudonym& pseudonym, const policy::Permit& permit,
                                   const Generalisation& request) override;
    Result<std::optional<model::Pseudonym>> resolve(std::string_view text, std::string_view domain,
                                                    std::string_view prefix) override;
    Result<std::vector<model::PatientIdentifier>> identifiers_of(const model::Pseudonym& pseudonym) override;
    Result<policy::Consent> consent(const model::Pseudonym& pseudonym, model::Purpose purpose, Instant now,
                                    Instant measured) override;
    Result<model::Pseudonym> admit(const model::Identity& identity, std::string_view actor) override;
    Result<void> set_consent(const model::PatientIdentifier& identifier, const ConsentEntry& entry,
                             std::string_view actor) override;
    Result<std::vector<ImportedConsent>> import_consents(const std::vector<ConsentImport>& imports,
                                                         std::string_view actor) override;
    Result<std::optional<RecordedConsents>> consents_of(const model::PatientIdentifier& identifier) override;
    Result<std::vector<model::Pseudonym>> pseudonyms_of(const model::PatientIdentifier& identifier) override;
    Result<std::optional<PersonFile>> file_of(const model::PatientIdentifier& identifier) override;
    Result<std::int64_t> associate(const Association& association, std::string_view actor) override;
    Result<void> end_association(std::string_view device, Instant until, std::string_view actor) override;
    Result<std::vector<Association>> associations(std::string_view device) override;
    Result<std::optional<ChangeRecord>> unrecorded_change() override;
    Result<void> change_recorded(std::string_view name) override;
    [[nodiscard]] const dlp::Dictionary& dictionary() const override { return dictionary_; }
    Result<bool> fill_dictionary(std::size_t most) override;
    Result<std::int64_t> count_persons() override;
    Result<Erasure> erase(const model::Pseudonym& pseudonym) override;
    ErasureStatus erasures() override;
    Result<void> while_unchanged(const std::function<Result<void>()>& work) override;
    Result<MovementOutcome> move(const MovementMessage& message, std::string_view actor) override;
    Result<std::int64_t> place(const BedPlacement& placement, std::string_view actor) override;
    Result<void> end_placement(std::string_view device, Instant until, std::string_view actor) override;
    Result<std::vector<BedPlacement>> placements(std::string_view device) override;
    Result<std::optional<PlaceChange>> unexamined_change() override;
    Result<void> change_examined(std::int64_t id) override;
    Result<std::vector<std::string>> devices_at(std::string_view bed, Instant from,
                                                std::optional<Instant> until) override;
    Result<std::vector<Stay>> stays_in(std::string_view bed, std::size_t most) override;
    Result<std::vector<Stay>> stays_of(const model::PatientIdentifier& identifier, std::size_t most) override;
    Result<Rectified> rectify(const model::PatientIdentifier& identifier, const Rectification& rectification,
                              std::string_view actor) override;
    Result<std::int64_t> restrict_processing(const model::Pseudonym& subject, std::string_view reason,
                                             policy::Restriction reach, std::string_view actor) override;
    Result<model::Pseudonym> lift_restriction(std::int64_t id, std::string_view actor) override;
    Result<std::vector<ProcessingRestriction>> restrictions_of(const model::Pseudonym& subject) override;
    Result<std::vector<model::Pseudonym>> kept_subjects() override;
    Result<model::Pseudonym> find_person(const model::PatientIdentifier& identifier) override;
    Result<PersonExtent> extent_of(const model::Pseudonym& subject) override;
    Result<PersonFinder> finder_of(const model::Pseudonym& subject) override;
    Result<std::int64_t> set_hold(const model::Pseudonym& subject, std::string_view reason,
                                  std::optional<Instant> until, std::string_view actor) override;
    Result<void> release_hold(std::int64_t id, std::string_view actor) override;
    Result<std::uint64_t> request_erasure(const model::Pseudonym& subject, std::string_view reason,
                                          std::string_view actor) override;
    Result<std::vector<ErasureRequest>> erasure_requests() override;
    Result<ErasureRequest> erasure_request(std::uint64_t number) override;
    Result<void> approve_erasure(std::uint64_t number, bool gives_up, std::string_view actor) override;
    Result<void> reject_erasure(std::uint64_t number, std::string_view reason,
                                std::string_view actor) override;
    Result<ErasureJournal> forget_person(std::uint64_t number, ErasureCertificate draft,
                                         const std::vector<std::uint64_t>& held,
                                         const Fingerprinter& fingerprinter) override;
    Result<std::optional<ErasureJournal>> erasure_journal(std::uint64_t number) override;
    Result<void> note_erasure(std::uint64_t number, const ErasureJournal& journal) override;
    Result<void> leave_no_trace() override;
    Result<void> finish_erasure(std::uint64_t number, std::string_view certificate) override;
    Result<std::string> erasure_certificate(std::uint64_t number) override;
    std::optional<PersonFinder> take_replayed_persons() override;

private:
    struct Tables {
        database::Connection database;
        PersonTable persons;
        AssociationTable associations;
        ConsentTable consents;
        ConsentDocumentTable documents;
        ChangeTable changes;
        ErasureTable erasures;
        VisitTable visits;
        StayTable stays;
        PlacementTable placements;
        PlaceChangeTable place_changes;
        HoldTable holds;
        RequestTable requests;
        RestrictionTable restrictions;
        ExtentTable extents;
    };
    static Result<Tables> prepare(database::Connection database, const crypto::KeyRing& keys);
    struct Erasing {
        std::filesystem::path folder;
        ErasureMarks marks;
        ErasureLedger ledger;
        std::uint64_t replayed = 0;
        std::vector<model::Identity> gone;  // those that were replayed
    };
    SqlcipherVault(Tables tables, Erasing erasing, pseudonym::Pseudonymizer pseudonymizer,
                   const Secret& dictionary_key, const Clock& clock, std::size_t cached)
        : dictionary_(dictionary_key),
          tables_(std::move(tables)),
          erasing_(std::move(erasing)),
          pseudonymizer_(std::move(pseudonymizer)),
          clock_(clock),
          cache_(cached) {
        tables_.persons.keep(dictionary_);
    }

    // With the database's lock held:
    Result<Person> find_or_add(const model::PatientIdentifier& identifier);
    // Carries out what the ledger has and the file has not; gives how many persons that removed.
    Result<std::uint64_t> catch_up();
    Result<std::optional<Subject>> stored_subject(const model::Pseudonym& pseudonym);
    Result<DeviceSpan> span_at(std::string_view device, Instant when, std::string_view fixed_bed);
    Result<std::vector<Stay>> named(const std::vector<StayRow>& rows);
    Result<policy::Consent> consent_at(const model::Pseudonym& pseudonym, model::Purpose purpose, Instant now,
                                       Instant measured);
    Result<Person> person_of(const std::vector<model::PatientIdentifier>& identifiers);
    Result<ImportedConsent> import_consent(const ConsentImport& one, std::string_view actor);
    Result<void> leave_record(std::string_view actor, audit::Action action, std::string object,
                              const std::optional<model::Pseudonym>& subject, std::string_view rule = {});
    // Merged persons are one: none of their pseudonyms may stay readable. invalid_input: there is none.
    Result<std::vector<model::Pseudonym>> family_of(const model::Pseudonym& subject);
    // Entries for all of them, the asked one last, in a ledger that is not yet in force.
    ErasureLedger ledger_with(const std::vector<model::Pseudonym>& family,
                              const model::Pseudonym& last) const;
    // Writes the ledger down and removes whom it adds.
    Result<void> carry_out(ErasureLedger ledger);
    Result<std::optional<ErasureRequest>> request_about(const model::Pseudonym& subject,
                                                        std::initializer_list<ErasureState> states);
    Result<std::vector<LegalHold>> holds_of(const std::vector<model::Pseudonym>& family);
    // denied: one is in force.
    Result<void> refuse_when_held(const model::Pseudonym& subject);
    Result<ErasureRequest> request_in(std::uint64_t number, ErasureState state);
    Result<ErasureJournal> forgotten_before(const ErasureRequest& request, const Fingerprinter& fingerprinter,
                                            ErasureJournal fresh);

    static constexpr std::size_t sealed_parts = 2000;  // some 600 KiB of each kind

    dlp::Dictionary dictionary_;
    std::optional<PersonId> filled_to_;  // a fill is under way
    std::mutex database_mutex_;
    Tables tables_;
    SealedMemory identities_{sealed_parts};
    SealedMemory secrets_{sealed_parts};
    Erasing erasing_;
    const pseudonym::Pseudonymizer pseudonymizer_;
    const Clock& clock_;
    SubjectCache cache_;
};

}  // namespace edgeward::vault
