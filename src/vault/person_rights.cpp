// What SqlcipherVault does as PersonRights.

#include <algorithm>
#include <array>
#include <tuple>

#include "identity_codec.hpp"
#include "sqlcipher_vault.hpp"
#include "transaction.hpp"

namespace edgeward::vault {
namespace {

constexpr std::array<std::string_view, 4> genders{"male", "female", "other", "unknown"};

Result<void> check_forms(const Rectification& rectification) {
    if (rectification.birth_date && !rectification.birth_date->empty() &&
        !parse_date(*rectification.birth_date))
        return failure(ErrorKind::invalid_input, "birth_date: expected YYYY-MM-DD, YYYY-MM or YYYY");
    if (rectification.sex && !rectification.sex->empty()) {
        if (auto fine = expect_one_of(genders, *rectification.sex, "sex"); !fine) return fine;
    }
    for (const auto& identifier : rectification.added) {
        if (auto fine = check_identifier(identifier); !fine) return fine;
    }
    return {};
}

bool same_identifier(const model::PatientIdentifier& one, const model::PatientIdentifier& other) {
    return one.value == other.value && one.authority == other.authority;
}

// The identity set right, and the names of what that changed.
Result<std::vector<std::string>> set_right(model::Identity& identity, const Rectification& by) {
    std::vector<std::string> changed;
    const std::tuple<const char*, std::string&, const std::optional<std::string>&> fields[] = {
        {"family", identity.family, by.family},
        {"given", identity.given, by.given},
        {"birth_date", identity.birth_date, by.birth_date},
        {"sex", identity.sex, by.sex},
        {"visit_number", identity.visit_number, by.visit_number}};
    for (const auto& [name, field, right] : fields) {
        if (!right || *right == field) continue;
        field = *right;
        changed.emplace_back(name);
    }
    const auto before = identity.identifiers;
    for (const auto& wrong : by.removed) {
        const auto gone = std::erase_if(identity.identifiers,
                                        [&](const auto& known) { return same_identifier(known, wrong); });
        if (gone == 0)
            return failure(ErrorKind::invalid_input,
                           "remove_identifiers: expected identifiers of this person");
    }
    for (const auto& right : by.added) {
        const auto same = [&](const auto& known) { return same_identifier(known, right); };
        if (std::ranges::none_of(identity.identifiers, same)) identity.identifiers.push_back(right);
    }
    if (identity.identifiers.empty())
        return failure(ErrorKind::invalid_input,
                       "remove_identifiers: the last one has to stay, or another to be added");
    if (identity.identifiers != before) changed.emplace_back("identifiers");
    return changed;
}

std::string joined(const std::vector<std::string>& words) {
    std::string text;
    for (const auto& word : words)
        text.append(text.empty() ? "" : " ").append(word);
    return text;
}

}  // namespace

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

Result<Rectified> SqlcipherVault::rectify(const model::PatientIdentifier& identifier,
                                          const Rectification& rectification, std::string_view actor) {
    if (auto fine = check_identifier(identifier); !fine) return failure(std::move(fine.error()));
    if (auto fine = check_forms(rectification); !fine) return failure(std::move(fine.error()));
    const std::lock_guard lock(database_mutex_);
    auto done = in_transaction(tables_.database, [&]() -> Result<Rectified> {
        const auto person = tables_.persons.find(identifier);
        if (!person) return failure(person.error());
        if (!*person)
            return failure(ErrorKind::invalid_input, "the vault has no such person: erased or never known");
        const auto& subject = (*person)->subject.pseudonym;
        auto identity = tables_.persons.identity_of(subject);
        if (!identity) return failure(std::move(identity.error()));
        auto changed = set_right(*identity, rectification);
        if (!changed) return failure(std::move(changed.error()));
        if (changed->empty()) return Rectified{subject, {}};
        for (const auto& wrong : rectification.removed) {
            if (auto gone = tables_.persons.unname((*person)->id, wrong); !gone)
                return failure(std::move(gone.error()));
        }
        return tables_.persons.rewrite(**person, *identity)
            .and_then([&] {
                return leave_record(actor, audit::Action::person_rectified, joined(*changed), subject);
            })
            .map([&] {
                return Rectified{subject, *std::move(changed)};
            });
    });
    cache_.clear();
    return done;
}

Result<std::int64_t> SqlcipherVault::restrict_processing(const model::Pseudonym& subject,
                                                         std::string_view reason, policy::Restriction reach,
                                                         std::string_view actor) {
    if (auto fine = expect_one_of(restriction_reasons, reason, "reason"); !fine)
        return failure(std::move(fine.error()));
    if (reach == policy::Restriction::none)
        return failure(ErrorKind::invalid_input, "reach: expected one of secondary all");
    const std::lock_guard lock(database_mutex_);
    auto id = in_transaction(tables_.database, [&]() -> Result<std::int64_t> {
        auto set = tables_.restrictions.set(subject, reason, reach, actor, clock_.now());
        if (!set) return set;
        return leave_record(actor, audit::Action::restriction_changed,
                            "restrict " + std::to_string(*set) + " " + std::string(policy::name_of(reach)),
                            subject, reason)
            .map([&] { return *set; });
    });
    cache_.clear();
    return id;
}

Result<model::Pseudonym> SqlcipherVault::lift_restriction(std::int64_t id, std::string_view actor) {
    const std::lock_guard lock(database_mutex_);
    auto subject = in_transaction(tables_.database, [&]() -> Result<model::Pseudonym> {
        const auto lifted = tables_.restrictions.lift(id, actor, clock_.now());
        if (!lifted) return failure(lifted.error());
        return leave_record(actor, audit::Action::restriction_changed,
                            "lift " + std::to_string(id) + " " + std::string(policy::name_of(lifted->reach)),
                            lifted->subject, lifted->reason)
            .map([&] { return lifted->subject; });
    });
    cache_.clear();
    return subject;
}

Result<std::vector<ProcessingRestriction>> SqlcipherVault::restrictions_of(const model::Pseudonym& subject) {
    const std::lock_guard lock(database_mutex_);
    return tables_.restrictions.of(subject);
}

Result<std::vector<model::Pseudonym>> SqlcipherVault::kept_subjects() {
    const std::lock_guard lock(database_mutex_);
    return tables_.restrictions.kept(clock_.now());
}

}  // namespace edgeward::vault
