#pragma once

#include <optional>
#include <string>
#include <vector>

#include <edgeward/core/result.hpp>
#include <edgeward/core/time.hpp>
#include <edgeward/model/identity.hpp>
#include <edgeward/model/pseudonym.hpp>

namespace edgeward::vault {

// A device that measured the person, from `from` until before `until`.
struct AssociatedDevice {
    std::string device;
    Instant from{};
    std::optional<Instant> until;
};

// What the vault holds of one person, for the person (Art. 15 DSGVO). Move-only: it has the identity.
struct PersonFile {
    PersonFile() = default;
    PersonFile(PersonFile&&) noexcept = default;
    PersonFile& operator=(PersonFile&&) noexcept = default;
    PersonFile(const PersonFile&) = delete;
    PersonFile& operator=(const PersonFile&) = delete;
    ~PersonFile() = default;

    std::vector<model::Pseudonym> subjects;  // its own and those of who was merged into it
    model::Identity identity;
    std::vector<AssociatedDevice> devices;  // by time
};

// The rights of persons. Errors and threads as IdentityVault.
class PersonRights {
public:
    PersonRights() = default;
    PersonRights(const PersonRights&) = delete;
    PersonRights& operator=(const PersonRights&) = delete;
    virtual ~PersonRights() = default;

    // For whom the policies let answer a person's request alone; the caller commits the audit record before
    // anything of it is given out. Nothing: nobody has that identifier.
    virtual Result<std::optional<PersonFile>> file_of(const model::PatientIdentifier& identifier) = 0;
};

}  // namespace edgeward::vault
