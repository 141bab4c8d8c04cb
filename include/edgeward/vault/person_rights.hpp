#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <edgeward/core/result.hpp>
#include <edgeward/core/time.hpp>
#include <edgeward/model/identity.hpp>
#include <edgeward/model/pseudonym.hpp>
#include <edgeward/policy/permit.hpp>

// What a person may ask of the vault: access, rectification and restriction (Art. 15, 16, 18 DSGVO). Erasure
// is erasure_register.hpp.
namespace edgeward::vault {

// A device that measured the person, from `from` until before `until`.
struct AssociatedDevice {
    std::string device;
    Instant from{};
    std::optional<Instant> until;
};

// What the vault holds of one person, for the person (Art. 15). Move-only: it has the identity.
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

// What is wrong of an identity, and how it is right (Art. 16). Nothing: stays; an empty text: is not known.
struct Rectification {
    std::optional<std::string> family;
    std::optional<std::string> given;
    std::optional<std::string> birth_date;  // YYYY-MM-DD, YYYY-MM or YYYY
    std::optional<std::string> sex;         // male, female, other, unknown
    std::optional<std::string> visit_number;
    std::vector<model::PatientIdentifier> added;
    std::vector<model::PatientIdentifier> removed;  // were never this person's
};
struct Rectified {
    model::Pseudonym subject;
    std::vector<std::string> changed;  // names of fields; empty: all of it was so before
};

// Art. 18(1)(a) to (d).
inline constexpr std::array<std::string_view, 4> restriction_reasons{"accuracy_contested", "unlawful",
                                                                     "legal_claims", "objection"};

// While it is in force the person's data is stored, and otherwise used as far as the policies let
// (docs/policy.md, resource.restriction); retention removes nothing of it.
struct ProcessingRestriction {
    std::int64_t id = 0;
    std::string reason;  // one of restriction_reasons
    policy::Restriction reach = policy::Restriction::secondary;
    Instant set{};
    std::string actor;
    std::optional<Instant> lifted;
    std::string lifted_by;
};

// Errors and threads as IdentityVault.
class PersonRights {
public:
    PersonRights() = default;
    PersonRights(const PersonRights&) = delete;
    PersonRights& operator=(const PersonRights&) = delete;
    virtual ~PersonRights() = default;

    // For whom the policies let answer a person's request alone; the caller commits the audit record before
    // anything of it is given out. Nothing: nobody has that identifier.
    virtual Result<std::optional<PersonFile>> file_of(const model::PatientIdentifier& identifier) = 0;

    // All of it or nothing, with its change record. invalid_input: nobody has the identifier; a field has no
    // such form; an added identifier is somebody else's; a removed one is not this person's, or the last.
    virtual Result<Rectified> rectify(const model::PatientIdentifier& identifier,
                                      const Rectification& rectification, std::string_view actor) = 0;

    // In force from here on for the person and everybody merged into it. invalid_input: no such person, not
    // one of restriction_reasons, a reach of none.
    virtual Result<std::int64_t> restrict_processing(const model::Pseudonym& subject, std::string_view reason,
                                                     policy::Restriction reach, std::string_view actor) = 0;
    // Gives whose it was. invalid_input: there is none of that number, or it was lifted before.
    virtual Result<model::Pseudonym> lift_restriction(std::int64_t id, std::string_view actor) = 0;
    // Of the person, those that were lifted included, by number.
    virtual Result<std::vector<ProcessingRestriction>> restrictions_of(const model::Pseudonym& subject) = 0;
    // Whose data must not be removed, however old it is: under a restriction or a legal hold in force.
    virtual Result<std::vector<model::Pseudonym>> kept_subjects() = 0;
};

}  // namespace edgeward::vault
