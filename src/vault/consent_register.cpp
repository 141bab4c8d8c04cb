// What SqlcipherVault does as a ConsentRegister, and what it answers at the gate.

#include <edgeward/vault/consent_register.hpp>

#include "identity_codec.hpp"
#include "sqlcipher_vault.hpp"
#include "transaction.hpp"

namespace edgeward::vault {

std::string_view name_of(ImportOutcome outcome) noexcept {
    switch (outcome) {
        case ImportOutcome::recorded:
            return "recorded";
        case ImportOutcome::replaced:
            return "replaced";
        case ImportOutcome::unchanged:
            return "unchanged";
        case ImportOutcome::older:
            return "older";
    }
    return {};
}

Result<policy::Consent> SqlcipherVault::consent(const model::Pseudonym& pseudonym, model::Purpose purpose,
                                                Instant now, Instant measured) {
    const std::lock_guard lock(database_mutex_);
    return consent_at(pseudonym, purpose, now, measured);
}

Result<policy::Consent> SqlcipherVault::consent_at(const model::Pseudonym& pseudonym, model::Purpose purpose,
                                                   Instant now, Instant measured) {
    auto entered = tables_.consents.at(pseudonym, purpose, now, measured);
    if (!entered || *entered == policy::Consent::denied || purpose != model::Purpose::research)
        return entered;
    auto documented = tables_.documents.at(pseudonym, now, measured);
    if (!documented || *documented != policy::Consent::unknown) return documented;
    return entered;
}

Result<void> SqlcipherVault::set_consent(const model::PatientIdentifier& identifier,
                                         const ConsentEntry& entry, std::string_view actor) {
    if (auto fine = check_identifier(identifier); !fine) return fine;
    const std::lock_guard lock(database_mutex_);
    return tables_.database.transaction([&]() -> Result<void> {
        const auto person = find_or_add(identifier);
        if (!person) return failure(person.error());
        if (auto added = tables_.consents.add(person->id, entry, clock_.now()); !added) return added;
        const std::string decision = entry.given ? "permit " : "deny ";
        return leave_record(actor, audit::Action::consent_recorded,
                            decision + std::string(model::name_of(entry.purpose)), person->subject.pseudonym);
    });
}

Result<Person> SqlcipherVault::person_of(const std::vector<model::PatientIdentifier>& identifiers) {
    std::optional<Person> person;
    for (const auto& identifier : identifiers) {
        auto known = tables_.persons.find(identifier);
        if (!known) return failure(std::move(known.error()));
        if (!*known) continue;
        if (person && person->id != (*known)->id)
            return failure(ErrorKind::invalid_input, "the patient's identifiers belong to two persons");
        person = std::move(*known);
    }
    if (person) return *std::move(person);
    model::Identity identity;
    identity.identifiers = identifiers;
    return tables_.persons.add(identity, clock_.now());
}

Result<ImportedConsent> SqlcipherVault::import_consent(const ConsentImport& one, std::string_view actor) {
    const Instant now = clock_.now();
    const auto person = person_of(one.patient);
    if (!person) return failure(person.error());
    const auto& subject = person->subject.pseudonym;
    const auto before = consent_at(subject, model::Purpose::research, now, now);
    if (!before) return failure(before.error());
    const auto outcome = tables_.documents.take(person->id, one.document, now);
    if (!outcome) return failure(outcome.error());
    const auto after = consent_at(subject, model::Purpose::research, now, now);
    if (!after) return failure(after.error());
    const ImportedConsent made{*outcome, subject, *before, *after};
    if (*outcome == ImportOutcome::unchanged || *outcome == ImportOutcome::older) return made;
    std::string object(name_of(*outcome));
    object.append(" ").append(model::name_of(one.document.status));
    return leave_record(actor, audit::Action::consent_imported, std::move(object), subject).map([&] {
        return made;
    });
}

Result<std::vector<ImportedConsent>> SqlcipherVault::import_consents(
    const std::vector<ConsentImport>& imports, std::string_view actor) {
    for (const auto& one : imports) {
        model::Identity identity;
        identity.identifiers = one.patient;
        if (auto fine = check_identity(identity); !fine) return failure(std::move(fine.error()));
    }
    const std::lock_guard lock(database_mutex_);
    auto imported = in_transaction(tables_.database, [&]() -> Result<std::vector<ImportedConsent>> {
        std::vector<ImportedConsent> all;
        for (const auto& one : imports) {
            auto made = import_consent(one, actor);
            if (!made)
                return failure(std::move(made.error()).during("consent " + std::to_string(all.size() + 1)));
            all.push_back(*made);
        }
        return all;
    });
    return imported;
}

Result<std::optional<RecordedConsents>> SqlcipherVault::consents_of(
    const model::PatientIdentifier& identifier) {
    if (auto fine = check_identifier(identifier); !fine) return failure(std::move(fine.error()));
    const std::lock_guard lock(database_mutex_);
    const auto person = tables_.persons.find(identifier);
    if (!person) return failure(person.error());
    if (!*person) return std::nullopt;
    auto entries = tables_.consents.of_person((*person)->id);
    if (!entries) return failure(std::move(entries.error()));
    auto documents = tables_.documents.of_person((*person)->id);
    if (!documents) return failure(std::move(documents.error()));
    return RecordedConsents{(*person)->subject.pseudonym, *std::move(entries), *std::move(documents)};
}

Result<std::vector<model::Pseudonym>> SqlcipherVault::pseudonyms_of(
    const model::PatientIdentifier& identifier) {
    if (auto fine = check_identifier(identifier); !fine) return failure(std::move(fine.error()));
    const std::lock_guard lock(database_mutex_);
    const auto person = tables_.persons.find(identifier);
    if (!person) return failure(person.error());
    if (!*person) return std::vector<model::Pseudonym>{};
    return tables_.persons.family_of((*person)->subject.pseudonym);
}

}  // namespace edgeward::vault
