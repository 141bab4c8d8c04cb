// What SqlcipherVault does as PersonRights.

#include "identity_codec.hpp"
#include "sqlcipher_vault.hpp"

namespace edgeward::vault {

Result<std::optional<PersonFile>> SqlcipherVault::file_of(const model::PatientIdentifier& identifier) {
    if (auto fine = check_identifier(identifier); !fine) return failure(std::move(fine.error()));
    const std::lock_guard lock(database_mutex_);
    const auto person = tables_.persons.find(identifier);
    if (!person) return failure(person.error());
    if (!*person) return std::optional<PersonFile>();
    const auto& own = (*person)->subject.pseudonym;
    auto subjects = tables_.persons.family_of(own);
    if (!subjects) return failure(std::move(subjects.error()));
    auto identity = tables_.persons.identity_of(own);
    if (!identity) return failure(std::move(identity.error()));
    auto devices = tables_.associations.of_person((*person)->id);
    if (!devices) return failure(std::move(devices.error()));
    PersonFile file;
    file.subjects = *std::move(subjects);
    file.identity = *std::move(identity);
    file.devices = *std::move(devices);
    return std::optional<PersonFile>(std::move(file));
}

}  // namespace edgeward::vault
