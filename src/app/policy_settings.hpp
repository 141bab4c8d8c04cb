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

struct PolicySettings {
    std::filesystem::path folder = "/etc/edgeward/policies";  // of *.cedar
    std::vector<RoleAssignment> roles;
};

// Reads the table [policy]. A user or group this machine does not know is a problem.
PolicySettings read_policy_settings(config::Section section);

// The roles of a user with these groups. "system" for root and for `own_user`.
std::vector<std::string> roles_of(const std::vector<RoleAssignment>& assignments, std::uint32_t user,
                                  const std::vector<std::uint32_t>& groups, std::uint32_t own_user);

}  // namespace edgeward::app
