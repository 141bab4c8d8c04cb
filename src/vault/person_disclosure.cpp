// What of SqlcipherVault tells something of a person without the person, and finds whose pseudonym one is.

#include <utility>

#include "sqlcipher_vault.hpp"

namespace edgeward::vault {
namespace {

// The lock of the database is given back after so many: deliveries and intake go between.
constexpr std::size_t sought_at_once = 500;

}  // namespace

Result<Generalised> SqlcipherVault::generalise(const model::Pseudonym& pseudonym,
                                               const policy::Permit& permit, const Generalisation& request) {
    if (permit.level() != model::IdentityLevel::anonymised)
        return failure(ErrorKind::denied, "the permit is not for anonymised data");
    const std::lock_guard lock(database_mutex_);
    const auto secret = tables_.persons.secret_of(pseudonym);
    if (!secret) return failure(secret.error());
    Generalised made;
    made.spread = pseudonymizer_.domain_spread(*secret, request.of, request.domain);
    if (request.ages.width == 0) return made;
    const auto identity = tables_.persons.identity_of(pseudonym);
    if (!identity) return failure(identity.error());
    made.age = model::age_band(identity->birth_date, request.when, request.ages);
    return made;
}

Result<std::optional<model::Pseudonym>> SqlcipherVault::resolve(std::string_view text,
                                                                std::string_view domain,
                                                                std::string_view prefix) {
    if (!pseudonym::is_prefix(prefix)) {
        return failure(ErrorKind::misconfigured,
                       "the prefix of a pseudonym domain has 1 to 8 of A-Z and 0-9");
    }
    const auto is_it = [&](const Secret& secret) {
        return pseudonymizer_.of_domain(secret, domain, prefix) == text;
    };
    PersonId after = 0;
    for (;;) {
        const std::lock_guard lock(database_mutex_);
        const auto sought = tables_.persons.seek(after, sought_at_once, is_it);
        if (!sought) return failure(sought.error());
        if (sought->found || !sought->last) return sought->found;
        after = *sought->last;
    }
}

Result<std::vector<model::PatientIdentifier>> SqlcipherVault::identifiers_of(
    const model::Pseudonym& pseudonym) {
    const std::lock_guard lock(database_mutex_);
    auto identity = tables_.persons.identity_of(pseudonym);
    if (!identity) return failure(std::move(identity.error()));
    return std::move(identity->identifiers);
}

}  // namespace edgeward::vault
