#include "policy_settings.hpp"

#include <grp.h>
#include <pwd.h>

#include <algorithm>
#include <optional>

#include <edgeward/access/account_book.hpp>

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

bool holds(const std::vector<std::uint32_t>& all, std::int64_t one) {
    return std::find(all.begin(), all.end(), one) != all.end();
}

void read_persons(config::Section& section, std::vector<PersonAssignment>& persons) {
    for (auto entry : section.tables("person")) {
        PersonAssignment person;
        person.account = entry.required_text("account", "the name of an account");
        if (!person.account.empty() && !access::is_account_name(person.account))
            entry.problem("account", "expected 1 to 32 of a-z 0-9 . _ -");
        if (std::ranges::find(persons, person.account, &PersonAssignment::account) != persons.end())
            entry.problem("account", "expected each account once");
        person.users = numbers_of(entry, "users", &user_named);
        persons.push_back(std::move(person));
    }
}

const PersonAssignment* person_of(const std::vector<PersonAssignment>& persons, const Asker& account) {
    const auto found = std::ranges::find(persons, account.account, &PersonAssignment::account);
    return found == persons.end() ? nullptr : &*found;
}

}  // namespace

bool is_role_name(const std::string& name) {
    return !name.empty() && name.size() <= longest_name && name != "system" &&
           std::all_of(name.begin(), name.end(),
                       [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; });
}

PolicySettings read_policy_settings(config::Section section) {
    PolicySettings settings;
    settings.folder = section.file("folder", settings.folder);
    for (auto entry : section.tables("role")) {
        RoleAssignment role;
        role.name = entry.required_text("name", "a name of a-z 0-9 -");
        if (!role.name.empty() && !is_role_name(role.name))
            entry.problem("name", "expected 1 to 32 of a-z 0-9 -, and not system");
        role.users = numbers_of(entry, "users", &user_named);
        role.groups = numbers_of(entry, "groups", &group_named);
        settings.roles.push_back(std::move(role));
    }
    read_persons(section, settings.persons);
    return settings;
}

bool may_be_one(const std::vector<PersonAssignment>& persons, const Asker& one, const Asker& other) {
    if (one.uid == other.uid) return true;
    if (one.account.empty() && other.account.empty()) {
        return std::any_of(persons.begin(), persons.end(), [&](const PersonAssignment& person) {
            return holds(person.users, one.uid) && holds(person.users, other.uid);
        });
    }
    if (one.account.empty()) return may_be_one(persons, other, one);
    const auto* person = person_of(persons, one);
    if (other.account.empty()) return person == nullptr || holds(person->users, other.uid);
    const auto* another = person_of(persons, other);
    return person != nullptr && another != nullptr &&
           std::any_of(person->users.begin(), person->users.end(),
                       [&](std::uint32_t user) { return holds(another->users, user); });
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
