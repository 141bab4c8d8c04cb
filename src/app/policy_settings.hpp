#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include <edgeward/config/document.hpp>

namespace edgeward::app {

// One entry of [[policy.role]]: which users of this machine have a role that policies speak of.
struct RoleAssignment {
    std::string name;                   // [a-z0-9-]{1,32}; "system" is root's and the gateway's own user's
    std::vector<std::uint32_t> users;   // user ids
    std::vector<std::uint32_t> groups;  // group ids
};

// One entry of [[policy.person]]: which users of this machine the person of an account is.
struct PersonAssignment {
    std::string account;
    std::vector<std::uint32_t> users;  // none: the person has no user here
};

struct PolicySettings {
    std::filesystem::path folder = "/etc/edgeward/policies";  // of *.cedar
    std::vector<RoleAssignment> roles;
    std::vector<PersonAssignment> persons;
};

// Who asked for something: a user of this machine, or an account.
struct Asker {
    std::int64_t uid = 0;   // as policies have it; of an account 2^32 and its number
    std::string account{};  // its name; empty: a user of this machine
};

// Whether the two are, or may be, one person. An account that does not say which user it is may be any.
bool may_be_one(const std::vector<PersonAssignment>& persons, const Asker& one, const Asker& other);

// Reads the table [policy]. A user or group this machine does not know is a problem.
PolicySettings read_policy_settings(config::Section section);

// Whether a user or an account can be given a role of that name.
bool is_role_name(const std::string& name);

// The roles of a user with these groups. "system" for root and for `own_user`.
std::vector<std::string> roles_of(const std::vector<RoleAssignment>& assignments, std::uint32_t user,
                                  const std::vector<std::uint32_t>& groups, std::uint32_t own_user);

}  // namespace edgeward::app
