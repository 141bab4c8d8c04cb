#include <edgeward/policy/permit.hpp>

#include <array>

namespace edgeward::policy {
namespace {

using model::IdentityLevel;
using model::Purpose;

struct Rule {
    std::string_view name;
    bool (*applies)(const DisclosureRequest&);
};

bool is_secondary(const DisclosureRequest& request) {
    return request.purpose != Purpose::treatment;
}

// Any one that applies denies, whatever the permits say.
constexpr std::array forbids = {
    Rule{"identity-only-for-treatment",
         [](const DisclosureRequest& request) {
             return request.level == IdentityLevel::identified && is_secondary(request);
         }},
    Rule{"treatment-needs-art9-2h",
         [](const DisclosureRequest& request) {
             return request.purpose == Purpose::treatment && request.about_person &&
                    request.legal_basis != "art9-2h";
         }},
    Rule{"secondary-use-needs-consent",
         [](const DisclosureRequest& request) {
             return is_secondary(request) && request.about_person &&
                    request.level != IdentityLevel::technical && request.consent != Consent::given;
         }},
    Rule{"no-test-data-in-patient-records",
         [](const DisclosureRequest& request) {
             return !request.production && request.level == IdentityLevel::identified;
         }},
};

constexpr std::array permits = {
    Rule{"treatment-may-identify",
         [](const DisclosureRequest& request) {
             return request.purpose == Purpose::treatment && request.level == IdentityLevel::identified;
         }},
    Rule{"treatment-may-be-pseudonymous",
         [](const DisclosureRequest& request) {
             return request.purpose == Purpose::treatment && request.level == IdentityLevel::pseudonymous;
         }},
    Rule{"consented-secondary-use",
         [](const DisclosureRequest& request) {
             return is_secondary(request) && request.level == IdentityLevel::pseudonymous &&
                    request.legal_basis == "consent";
         }},
    Rule{"technical-data-carries-no-person",
         [](const DisclosureRequest& request) { return request.level == IdentityLevel::technical; }},
};

}  // namespace

Result<Permit> Decider::decide(const DisclosureRequest& request) {
    for (const Rule& rule : forbids) {
        if (rule.applies(request)) return failure(ErrorKind::denied, std::string(rule.name));
    }
    for (const Rule& rule : permits) {
        if (rule.applies(request)) return Permit(rule.name, request);
    }
    return failure(ErrorKind::denied, "no-rule-permits");
}

}  // namespace edgeward::policy
