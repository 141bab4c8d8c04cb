#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <edgeward/config/document.hpp>
#include <edgeward/policy/permit.hpp>

namespace edgeward::app {

// A request as a person writes it down: a disclosure, or with `action` something a user asks for.
struct PolicyQuestion {
    std::string destination = "any";
    model::Purpose purpose = model::Purpose::treatment;
    model::IdentityLevel level = model::IdentityLevel::identified;
    std::string legal_basis = "none";
    policy::Consent consent = policy::Consent::unknown;
    bool about_person = true;
    bool production = true;
    std::string ward;
    std::string device;
    policy::Restriction restriction = policy::Restriction::none;
    std::string action;
    std::int64_t uid = 65534;               // nobody
    std::optional<std::int64_t> requester;  // who asked for what is decided; nothing: the same user
    std::string account;
    std::string own_ward;  // of the account
    std::string network = "local";
    std::vector<std::string> roles;
    policy::Circumstances when = {};

    [[nodiscard]] policy::Decision ask(const policy::Decider& decider) const;
};

// One [[case]] of `edgeward policy test`.
struct PolicyCase {
    std::string name;
    PolicyQuestion question;
    bool allowed = false;
    std::string rule;   // one of the deciding policies; empty: any
    std::string where;  // file:line:column
};

std::vector<PolicyCase> read_policy_cases(config::Section root);

// "given" and "denied"; every other word is unknown.
policy::Consent consent_named(std::string_view name) noexcept;

// Nothing when the policies answer as the case expects; else what they answered.
std::string difference(const PolicyCase& expected, const policy::Decision& got);

}  // namespace edgeward::app
