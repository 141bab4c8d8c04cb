#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <edgeward/config/document.hpp>
#include <edgeward/crypto/digest.hpp>

// What the hospital wants to be told of measurements that pass by (docs/alarms.md). Rules are files, without
// code; they say nothing about who a person is. Pure: no clock, no thread.
//
// An alarm of these rules is an additional information. The devices' own alarms stay the primary ones.
namespace edgeward::alarm {

enum class Kind : std::uint8_t {
    threshold,    // a value is below or above a limit
    trend,        // it has risen or fallen by so much within a window
    combination,  // so many conditions hold at once, each by a value no older than a window
    missing,      // no value for so long while a person is at the device
};

// ISO/IEC 60601-1-8, 6.1.2: how soon somebody must be there.
enum class Priority : std::uint8_t { low = 1, medium = 2, high = 3 };

std::string_view name_of(Kind kind) noexcept;
std::string_view name_of(Priority priority) noexcept;
// Nothing: no such word.
std::optional<Priority> parse_priority(std::string_view word) noexcept;

// When a number is out of bounds. Of a trend: `above` how far it may rise, `below` how far it may fall, both
// positive.
struct Limits {
    std::optional<double> below;
    std::optional<double> above;
    double hysteresis = 0;  // how far inside a number must be again to be in bounds
};

// A measured parameter and its bounds, in the unit of the rule.
struct Condition {
    std::string parameter;  // as the file names it: "oxygen_saturation", "150456", "59408-5"
    std::uint32_t mdc = 0;  // 0: by LOINC alone
    std::string loinc;      // with an MDC code: of values that have none
    std::string ucum;
    std::optional<double> least_plausible;  // a value outside is not judged
    std::optional<double> most_plausible;
    Limits limits;
};

// Octets of an internal pseudonym. Never an identifier of a person.
using Subject = std::array<std::uint8_t, 16>;

struct Rule {
    std::string name;  // 1 to 64 of a-z 0-9 _ . -; unique
    Kind kind = Kind::threshold;
    Priority priority = Priority::medium;
    std::map<std::string, std::string> texts;  // by language: "de", "en"
    std::vector<Condition> conditions;         // one, but for a combination
    std::size_t needed = 1;                    // combination: conditions that must hold at once
    std::chrono::milliseconds window{};  // trend: looked back; combination: oldest value; missing: silence
    std::chrono::milliseconds delay{};   // how long it must last before there is an alarm
    // Where it holds; an empty list: everywhere.
    std::vector<std::string> wards;
    std::vector<std::string> devices;
    std::vector<std::string> mappings;
    // Other limits for one person; nothing: the rule is off for them. Threshold and trend only.
    std::map<Subject, std::optional<Limits>> persons;
};

struct RuleSet {
    std::vector<Rule> rules;
    crypto::Digest digest{};  // over the files' own digests in name order
};

struct LoadedRules {
    RuleSet set;  // the sound rules
    std::vector<config::Problem> problems;
};

// Every *.toml of a folder in name order. Two rules of one name are a problem; so is a folder that cannot be
// read.
LoadedRules load_rules(const std::filesystem::path& folder);
LoadedRules parse_rules(std::string_view toml, const std::string& name);

}  // namespace edgeward::alarm
