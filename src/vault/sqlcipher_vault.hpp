#pragma once

#include <memory>
#include <mutex>
#include <optional>

#include <edgeward/core/time.hpp>
#include <edgeward/vault/identity_vault.hpp>

#include "association_table.hpp"
#include "change_table.hpp"
#include "consent_table.hpp"
#include "erasure_table.hpp"
#include "person_table.hpp"
#include "place_change_table.hpp"
#include "placement_table.hpp"
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
    Result<policy::Consent> consent(const model::Pseudonym& pseudonym, model::Purpose purpose, Instant now,
                                    Instant measured) override;
    Result<model::Pseudonym> admit(const model::Identity& identity, std::string_view actor) override;
    Result<void> set_consent(const model::PatientIdentifier& identifier, const ConsentEntry& entry,
                             std::string_view actor) override;
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

private:
    struct Tables {
        database::Connection database;
        PersonTable persons;
        AssociationTable associations;
        ConsentTable consents;
        ChangeTable changes;
        ErasureTable erasures;
        VisitTable visits;
        StayTable stays;
        PlacementTable placements;
        PlaceChangeTable place_changes;
    };
    static Result<Tables> prepare(database::Connection database, const crypto::KeyRing& keys);
    struct Erasing {
        std::filesystem::path folder;
        ErasureMarks marks;
        ErasureLedger ledger;
        std::uint64_t replayed = 0;
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
    Result<void> leave_record(std::string_view actor, audit::Action action, std::string object,
                              const std::optional<model::Pseudonym>& subject);

    dlp::Dictionary dictionary_;
    std::optional<PersonId> filled_to_;  // a fill is under way
    std::mutex database_mutex_;
    Tables tables_;
    Erasing erasing_;
    const pseudonym::Pseudonymizer pseudonymizer_;
    const Clock& clock_;
    SubjectCache cache_;
};

}  // namespace edgeward::vault
