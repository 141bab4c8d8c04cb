#include "policy_settings.hpp"

#include <grp.h>
#include <pwd.h>

#include <algorithm>
#include <optional>

namespace edgeward::app {
namespace {

constexpr std::size_t record_size = std::size_t{64} << 10U;
constexpr std::size_t longest_name = 32;

std::optional<std::uint32_t> user_named(const std::string& name) {
    struct passwd record {};
    struct passwd* found = nullptr;
    std::vector<char> memory(record_size);
    if (::getpwnam_r(name.c_str(), &record, memory.data(), memory.size(), &found) != 0 || found == nullptr)
        return std::nullopt;
    return record.pw_uid;
}

std::optional<std::uint32_t> group_named(const std::string& name) {
    struct group record {};
    struct group* found = nullptr;
    std::vector<char> memory(record_size);
    if (::getgrnam_r(name.c_str(), &record, memory.data(), memory.size(), &found) != 0 || found == nullptr)
        return std::nullopt;
    return record.gr_gid;
}

std::vector<std::uint32_t> numbers_of(config::Section& section, const char* key,
                                      std::optional<std::uint32_t> (*named)(const std::string&)) {
    std::vector<std::uint32_t> numbers;
    for (const auto& name : section.texts(key)) {
        if (const auto number = named(name)) {
            numbers.push_back(*number);
        } else {
            section.problem(key, "expected names this machine knows, got another");
        }
    }
    return numbers;
}

bool is_role(const std::string& name) {
    return !name.empty() && name.size() <= longest_name && name != "system" &&
           std::all_of(name.begin(), name.end(),
                       [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; });
}

bool holds(const std::vector<std::uint32_t>& all, std::uint32_t one) {
    return std::find(all.begin(), all.end(), one) != all.end();
}

}  // namespace

PolicySettings read_policy_settings(config::Section section) {
    PolicySettings settings;
    settings.folder = section.file("folder", settings.folder);
    for (auto entry : section.tables("role")) {
        RoleAssignment role;
        role.name = entry.required_text("name", "a name of a-z 0-9 -");
        if (!role.name.empty() && !is_role(role.name))
            entry.problem("name", "expected 1 to 32 of a-z 0-9 -, and not system");
        role.users = numbers_of(entry, "users", &user_named);
        role.groups = numbers_of(entry, "groups", &group_named);
        settings.roles.push_back(std::move(role));
    }
    return settings;
}

std::vector<std::string> roles_of(const std::vector<RoleAssignment>& assignments, std::uint32_t user,
                                  const std::vector<std::uint32_t>& groups, std::uint32_t own_user) {
    std::vector<std::string> roles;
    if (user == 0 || user == own_user) roles.emplace_back("system");
    for (const auto& role : assignments) {
        const bool by_group = std::any_of(groups.begin(), groups.end(),
                                          [&](std::uint32_t group) { return holds(role.groups, group); });
        if (by_group || holds(role.users, user)) roles.push_back(role.name);
    }
    return roles;
}

}  // namespace edgeward::app
