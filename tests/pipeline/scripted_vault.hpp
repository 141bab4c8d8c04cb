#pragma once

#include <mutex>
#include <optional>
#include <utility>

#include <edgeward/vault/identity_vault.hpp>

namespace edgeward::pipeline {

// A real vault that answers with an error as long as a test says so.
class ScriptedVault final : public vault::IdentityVault {
public:
    explicit ScriptedVault(vault::IdentityVault& real) : real_(real) {}

    void fail_with(std::optional<Error> error) {
        const std::lock_guard lock(mutex_);
        error_ = std::move(error);
    }

    Result<vault::Subject> subject_of(const model::PatientIdentifier& identifier) override {
        if (auto error = trouble()) return failure(*std::move(error));
        return real_.subject_of(identifier);
    }
    Result<std::optional<vault::Subject>> subject_at(std::string_view device, Instant when,
                                                     std::string_view fixed_bed) override {
        if (auto error = trouble()) return failure(*std::move(error));
        return real_.subject_at(device, when, fixed_bed);
    }
    Result<vault::MovementOutcome> move(const vault::MovementMessage& message,
                                        std::string_view actor) override {
        if (auto error = trouble()) return failure(*std::move(error));
        return real_.move(message, actor);
    }
    Result<std::int64_t> place(const vault::BedPlacement& placement, std::string_view actor) override {
        return real_.place(placement, actor);
    }
    Result<void> end_placement(std::string_view device, Instant until, std::string_view actor) override {
        return real_.end_placement(device, until, actor);
    }
    Result<std::vector<vault::BedPlacement>> placements(std::string_view device) override {
        return real_.placements(device);
    }
    Result<std::vector<vault::Stay>> stays_in(std::string_view bed, std::size_t most) override {
        return real_.stays_in(bed, most);
    }
    Result<std::vector<vault::Stay>> stays_of(const model::PatientIdentifier& identifier,
                                              std::size_t most) override {
        return real_.stays_of(identifier, most);
    }
    Result<std::optional<vault::PlaceChange>> unexamined_change() override {
        return real_.unexamined_change();
    }
    Result<void> change_examined(std::int64_t id) override { return real_.change_examined(id); }
    Result<std::vector<std::string>> devices_at(std::string_view bed, Instant from,
                                                std::optional<Instant> until) override {
        return real_.devices_at(bed, from, until);
    }
    Result<bool> same_person(const model::Pseudonym& one, const model::Pseudonym& other) override {
        return real_.same_person(one, other);
    }
    Result<std::optional<vault::Subject>> subject(const model::Pseudonym& pseudonym) override {
        return real_.subject(pseudonym);
    }
    Result<vault::DisclosedIdentity> disclose(const model::Pseudonym& pseudonym,
                                              const policy::Permit& permit) override {
        return real_.disclose(pseudonym, permit);
    }
    Result<std::string> domain_pseudonym(const model::Pseudonym& pseudonym, const policy::Permit& permit,
                                         std::string_view domain, std::string_view prefix) override {
        return real_.domain_pseudonym(pseudonym, permit, domain, prefix);
    }
    Result<vault::Generalised> generalise(const model::Pseudonym& pseudonym, const policy::Permit& permit,
                                          const vault::Generalisation& request) override {
        return real_.generalise(pseudonym, permit, request);
    }
    Result<std::optional<model::Pseudonym>> resolve(std::string_view text, std::string_view domain,
                                                    std::string_view prefix) override {
        return real_.resolve(text, domain, prefix);
    }
    Result<std::vector<model::PatientIdentifier>> identifiers_of(const model::Pseudonym& pseudonym) override {
        return real_.identifiers_of(pseudonym);
    }
    Result<policy::Consent> consent(const model::Pseudonym& pseudonym, model::Purpose purpose, Instant now,
                                    Instant measured) override {
        return real_.consent(pseudonym, purpose, now, measured);
    }
    Result<model::Pseudonym> admit(const model::Identity& identity, std::string_view actor) override {
        return real_.admit(identity, actor);
    }
    Result<void> set_consent(const model::PatientIdentifier& identifier, const vault::ConsentEntry& entry,
                             std::string_view actor) override {
        return real_.set_consent(identifier, entry, actor);
    }
    Result<std::vector<vault::ImportedConsent>> import_consents(
        const std::vector<vault::ConsentImport>& imports, std::string_view actor) override {
        return real_.import_consents(imports, actor);
    }
    Result<std::optional<vault::RecordedConsents>> consents_of(
        const model::PatientIdentifier& identifier) override {
        return real_.consents_of(identifier);
    }
    Result<std::vector<model::Pseudonym>> pseudonyms_of(const model::PatientIdentifier& identifier) override {
        return real_.pseudonyms_of(identifier);
    }
    Result<std::optional<vault::PersonFile>> file_of(const model::PatientIdentifier& identifier) override {
        return real_.file_of(identifier);
    }
    Result<vault::Rectified> rectify(const model::PatientIdentifier& identifier,
                                     const vault::Rectification& rectification,
                                     std::string_view actor) override {
        return real_.rectify(identifier, rectification, actor);
    }
    Result<std::int64_t> restrict_processing(const model::Pseudonym& subject, std::string_view reason,
                                             policy::Restriction reach, std::string_view actor) override {
        return real_.restrict_processing(subject, reason, reach, actor);
    }
    Result<model::Pseudonym> lift_restriction(std::int64_t id, std::string_view actor) override {
        return real_.lift_restriction(id, actor);
    }
    Result<std::vector<vault::ProcessingRestriction>> restrictions_of(
        const model::Pseudonym& subject) override {
        return real_.restrictions_of(subject);
    }
    Result<std::vector<model::Pseudonym>> kept_subjects() override { return real_.kept_subjects(); }
    Result<std::int64_t> associate(const vault::Association& association, std::string_view actor) override {
        return real_.associate(association, actor);
    }
    Result<void> end_association(std::string_view device, Instant until, std::string_view actor) override {
        return real_.end_association(device, until, actor);
    }
    Result<std::vector<vault::Association>> associations(std::string_view device) override {
        return real_.associations(device);
    }
    Result<std::optional<vault::ChangeRecord>> unrecorded_change() override {
        return real_.unrecorded_change();
    }
    Result<void> change_recorded(std::string_view name) override { return real_.change_recorded(name); }
    [[nodiscard]] const dlp::Dictionary& dictionary() const override { return real_.dictionary(); }
    Result<bool> fill_dictionary(std::size_t most) override { return real_.fill_dictionary(most); }
    Result<std::int64_t> count_persons() override { return real_.count_persons(); }
    Result<vault::Erasure> erase(const model::Pseudonym& pseudonym) override {
        return real_.erase(pseudonym);
    }
    ErasureStatus erasures() override { return real_.erasures(); }
    Result<model::Pseudonym> find_person(const model::PatientIdentifier& identifier) override {
        return real_.find_person(identifier);
    }
    Result<vault::PersonExtent> extent_of(const model::Pseudonym& subject) override {
        return real_.extent_of(subject);
    }
    Result<vault::PersonFinder> finder_of(const model::Pseudonym& subject) override {
        return real_.finder_of(subject);
    }
    Result<std::int64_t> set_hold(const model::Pseudonym& subject, std::string_view reason,
                                  std::optional<Instant> until, std::string_view actor) override {
        return real_.set_hold(subject, reason, until, actor);
    }
    Result<void> release_hold(std::int64_t id, std::string_view actor) override {
        return real_.release_hold(id, actor);
    }
    Result<std::uint64_t> request_erasure(const model::Pseudonym& subject, std::string_view reason,
                                          std::string_view actor) override {
        return real_.request_erasure(subject, reason, actor);
    }
    Result<std::vector<vault::ErasureRequest>> erasure_requests() override {
        return real_.erasure_requests();
    }
    Result<vault::ErasureRequest> erasure_request(std::uint64_t number) override {
        return real_.erasure_request(number);
    }
    Result<void> approve_erasure(std::uint64_t number, bool gives_up, std::string_view actor) override {
        return real_.approve_erasure(number, gives_up, actor);
    }
    Result<void> reject_erasure(std::uint64_t number, std::string_view reason,
                                std::string_view actor) override {
        return real_.reject_erasure(number, reason, actor);
    }
    Result<vault::ErasureJournal> forget_person(std::uint64_t number, vault::ErasureCertificate draft,
                                                const std::vector<std::uint64_t>& held,
                                                const vault::Fingerprinter& fingerprinter) override {
        return real_.forget_person(number, std::move(draft), held, fingerprinter);
    }
    Result<std::optional<vault::ErasureJournal>> erasure_journal(std::uint64_t number) override {
        return real_.erasure_journal(number);
    }
    Result<void> note_erasure(std::uint64_t number, const vault::ErasureJournal& journal) override {
        return real_.note_erasure(number, journal);
    }
    Result<void> leave_no_trace() override { return real_.leave_no_trace(); }
    Result<void> finish_erasure(std::uint64_t number, std::string_view certificate) override {
        return real_.finish_erasure(number, certificate);
    }
    std::optional<vault::PersonFinder> take_replayed_persons() override {
        return real_.take_replayed_persons();
    }
    Result<std::string> erasure_certificate(std::uint64_t number) override {
        return real_.erasure_certificate(number);
    }
    Result<void> while_unchanged(const std::function<Result<void>()>& work) override {
        return real_.while_unchanged(work);
    }

private:
    std::optional<Error> trouble() {
        const std::lock_guard lock(mutex_);
        return error_;
    }

    vault::IdentityVault& real_;
    std::mutex mutex_;
    std::optional<Error> error_;
};

}  // namespace edgeward::pipeline
