#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>

#include <edgeward/alarm/rule.hpp>
#include <edgeward/core/bytes.hpp>
#include <edgeward/model/pseudonym.hpp>

// Whom and what a rule is about.
namespace edgeward::alarm {

inline bool is_in_scope(const Rule& rule, std::string_view device, std::string_view mapping,
                        std::string_view ward) {
    const auto names = [](const std::vector<std::string>& list, std::string_view one) {
        return list.empty() || std::find(list.begin(), list.end(), one) != list.end();
    };
    return names(rule.devices, device) && names(rule.mappings, mapping) && names(rule.wards, ward);
}

// The person's own limits before those of all; nullptr: the rule is off for them.
inline const Limits* limits_for(const Rule& rule, const Condition& condition,
                                const std::optional<model::Pseudonym>& subject) {
    if (!subject || rule.persons.empty()) return &condition.limits;
    const auto own = rule.persons.find(subject->octets());
    if (own == rule.persons.end()) return &condition.limits;
    return own->second ? &*own->second : nullptr;
}

inline ByteView octets_of(const std::optional<model::Pseudonym>& subject, std::string_view device) {
    if (subject) return subject->octets();
    return bytes_of(device);
}

// What tells subjects apart: no device has an id like it.
inline std::string whose(const std::optional<model::Pseudonym>& subject, std::string_view device) {
    std::string made = subject ? "person " : "device ";
    return made.append(text_of(octets_of(subject, device)));
}

}  // namespace edgeward::alarm
