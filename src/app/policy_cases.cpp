#include "policy_cases.hpp"

#include <algorithm>
#include <limits>

#include <edgeward/policy/policy_files.hpp>

namespace edgeward::app {
namespace {

constexpr std::int64_t greatest_uid = std::numeric_limits<std::int64_t>::max();  // accounts are above 2^32

PolicyQuestion read_question(config::Section& section) {
    PolicyQuestion question;
    if (section.has("action")) {
        question.action = section.choice("action", "", policy::administrative_actions());
        question.uid = section.whole_number("uid", question.uid, 0, greatest_uid);
        if (section.has("requester"))
            question.requester = section.whole_number("requester", question.uid, 0, greatest_uid);
        question.account = section.text("account", "");
        question.own_ward = section.text("own_ward", "");
        question.ward = section.text("ward", "");
        question.network = section.choice("network", "local", {"local", "https"});
        question.roles = section.texts("roles");
        question.when.break_glass = section.flag("break_glass", false);
        question.when.mfa_age = section.whole_number("mfa_age", question.when.mfa_age, 0,
                                                     policy::Circumstances::no_second_factor);
        question.when.weekday =
            static_cast<int>(section.whole_number("weekday", question.when.weekday, 1, 7));
        question.when.hour = static_cast<int>(section.whole_number("hour", question.when.hour, 0, 23));
        return question;
    }
    question.destination = section.text("destination", question.destination);
    question.purpose = *model::parse_purpose(
        section.choice("purpose", "treatment", {"treatment", "research", "quality", "maintenance"}));
    question.level = *model::parse_identity_level(
        section.choice("level", "identified", {"identified", "pseudonymous", "anonymised", "technical"}));
    question.legal_basis =
        section.choice("legal_basis", question.legal_basis, {"art9-2h", "art9-2j", "consent", "none"});
    question.consent = consent_named(section.choice("consent", "unknown", {"unknown", "denied", "given"}));
    question.about_person = section.flag("about_person", question.about_person);
    question.production = section.flag("production", question.production);
    question.ward = section.text("ward", "");
    question.device = section.text("device", "");
    question.restriction =
        *policy::parse_restriction(section.choice("restriction", "none", {"none", "secondary", "all"}));
    return question;
}

}  // namespace

policy::Consent consent_named(std::string_view name) noexcept {
    if (name == "given") return policy::Consent::given;
    return name == "denied" ? policy::Consent::denied : policy::Consent::unknown;
}

policy::Decision PolicyQuestion::ask(const policy::Decider& decider) const {
    if (!action.empty()) {
        policy::AdministrationRequest asked{uid, roles, action, requester, when, account, own_ward};
        asked.when.network = network;
        asked.when.ward = ward;
        return decider.decide(asked);
    }
    policy::DisclosureRequest request;
    request.destination = destination;
    request.purpose = purpose;
    request.level = level;
    request.legal_basis = legal_basis;
    request.about_person = about_person;
    request.consent = consent;
    request.production = production;
    request.ward = ward;
    request.device = device;
    request.restriction = restriction;
    return decider.explain(request);
}

std::vector<PolicyCase> read_policy_cases(config::Section root) {
    std::vector<PolicyCase> cases;
    for (auto section : root.tables("case")) {
        PolicyCase made;
        made.name = section.required_text("name", "what the case is about");
        made.where = section.where();
        made.question = read_question(section);
        if (!section.has("expect")) section.problem("expect", "expected allow or deny, got nothing");
        made.allowed = section.choice("expect", "deny", {"allow", "deny"}) == "allow";
        made.rule = section.text("rule", "");
        cases.push_back(std::move(made));
    }
    return cases;
}

std::string difference(const PolicyCase& expected, const policy::Decision& got) {
    const auto answer = [](bool allowed) { return std::string(allowed ? "allow" : "deny"); };
    const std::string rule(got.rule());
    if (got.allowed != expected.allowed)
        return "expected " + answer(expected.allowed) + ", got " + answer(got.allowed) + " by " + rule;
    const bool named =
        expected.rule.empty() || expected.rule == rule ||
        std::find(got.deciding.begin(), got.deciding.end(), expected.rule) != got.deciding.end();
    return named ? std::string() : "expected " + expected.rule + " to decide, got " + rule;
}

}  // namespace edgeward::app
