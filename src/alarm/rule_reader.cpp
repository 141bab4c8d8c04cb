#include "rule_reader.hpp"

#include <algorithm>
#include <charconv>

#include <edgeward/coding/code_table.hpp>
#include <edgeward/coding/units.hpp>
#include <edgeward/core/bytes.hpp>
#include <edgeward/core/text.hpp>

namespace edgeward::alarm {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr double furthest = 1e12;
constexpr std::size_t longest_name = 64;
constexpr std::size_t longest_text = 200;

bool is_name(std::string_view text) {
    return !text.empty() && text.size() <= longest_name && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '.' || c == '-';
    });
}

bool is_language(std::string_view text) {
    return text.size() >= 2 && text.size() <= 8 && std::all_of(text.begin(), text.end(), [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-';
           });
}

// 8867-4: digits, one hyphen, one digit.
bool is_loinc(std::string_view text) {
    return text.size() >= 3 && text[text.size() - 2] == '-' && is_digits(text.substr(0, text.size() - 2)) &&
           is_digits(text.substr(text.size() - 1));
}

std::optional<double> read_number(config::Section& section, std::string_view key, double least = -furthest) {
    if (!section.has(key)) return std::nullopt;
    return section.number(key, 0, least, furthest);
}

// `usual`: of the parameter, empty when its code is not known to us.
void read_unit(config::Section& section, std::string_view usual, Condition& into) {
    into.ucum = section.text("unit", usual);
    if (into.ucum.empty()) return section.problem("unit", "expected a UCUM unit, got nothing");
    if (!coding::is_known_unit(into.ucum)) {
        const auto meant = coding::ucum_for(into.ucum);
        section.problem("unit", "expected a UCUM unit that is known" +
                                    (meant ? "; did you mean " + std::string(*meant) + "?" : std::string()));
    } else if (!usual.empty() && !coding::convertible(usual, into.ucum)) {
        section.problem("unit", "expected a unit that " + std::string(usual) + " can be converted to");
    }
}

// The parameter and its unit; a key of our table, an MDC code or a LOINC.
void read_code(config::Section& section, Condition& into) {
    into.parameter = section.required_text("code", "a parameter, an MDC code or a LOINC");
    const coding::CodeEntry* entry = nullptr;
    if (is_digits(into.parameter)) {
        std::from_chars(into.parameter.data(), into.parameter.data() + into.parameter.size(), into.mdc);
        entry = coding::find_mdc(into.mdc);
        if (entry != nullptr) into.loinc = entry->loinc;
        if (into.mdc == 0) section.problem("code", "expected an MDC code of at most 32 bits");
    } else if (is_loinc(into.parameter)) {
        into.loinc = into.parameter;
        const auto rows = coding::find_loinc(into.loinc);
        if (!rows.empty()) entry = rows.front();
    } else if (!into.parameter.empty()) {
        entry = coding::find_parameter(into.parameter);
        if (entry == nullptr) {
            const auto near = config::nearest(into.parameter, coding::parameter_names());
            section.problem("code", "expected a parameter that is known, an MDC code or a LOINC" +
                                        (near ? "; did you mean " + *near + "?" : std::string()));
        } else {
            into.mdc = entry->mdc;
            into.loinc = entry->loinc;
        }
    }
    read_unit(section, entry == nullptr ? std::string_view() : entry->ucum, into);
}

void read_plausible(config::Section& section, Condition& into) {
    into.least_plausible = read_number(section, "least_plausible");
    into.most_plausible = read_number(section, "most_plausible");
    if (into.least_plausible && into.most_plausible && *into.least_plausible >= *into.most_plausible)
        section.problem("most_plausible", "expected more than least_plausible");
}

Limits read_limits(config::Section& section, Kind kind) {
    Limits limits;
    const bool trend = kind == Kind::trend;
    const char* const below = trend ? "falls_by" : "below";
    const char* const above = trend ? "rises_by" : "above";
    limits.below = read_number(section, below, trend ? 0 : -furthest);
    limits.above = read_number(section, above, trend ? 0 : -furthest);
    limits.hysteresis = section.number("hysteresis", 0, 0, furthest);
    if (!limits.below && !limits.above)
        section.problem(below, std::string("expected ") + below + ", " + above + " or both");
    if (trend) return limits;
    if (limits.below && limits.above && *limits.below + 2 * limits.hysteresis >= *limits.above)
        section.problem(above,
                        "expected more than below and twice the hysteresis: otherwise no value ends it");
    return limits;
}

// A limit nobody can reach would be an alarm that never comes.
void check_reachable(config::Section& section, const Condition& condition) {
    const auto& [below, above, hysteresis] = condition.limits;
    if (below && condition.least_plausible && *below <= *condition.least_plausible)
        section.problem("below", "expected more than least_plausible: no value below it is judged");
    if (above && condition.most_plausible && *above >= *condition.most_plausible)
        section.problem("above", "expected less than most_plausible: no value above it is judged");
}

void read_persons(config::Section& section, Rule& rule) {
    auto persons = section.tables("person");
    const bool can = rule.kind == Kind::threshold || rule.kind == Kind::trend;
    if (!can && !persons.empty())
        return section.problem("person", "expected it with kind threshold or trend only");
    for (auto& person : persons) {
        const std::string text = person.required_text("pseudonym", "32 hexadecimal digits");
        Bytes octets;
        Subject subject{};
        if (text.empty() || !from_hex(text, octets) || octets.size() != subject.size()) {
            person.problem("pseudonym", "expected 32 hexadecimal digits, an internal pseudonym");
            continue;
        }
        std::copy(octets.begin(), octets.end(), subject.begin());
        std::optional<Limits> limits;
        if (!person.flag("off", false)) limits = read_limits(person, rule.kind);
        if (!rule.persons.emplace(subject, limits).second)
            person.problem("pseudonym", "expected a person that this rule does not name twice");
    }
}

void read_conditions(config::Section& section, Rule& rule) {
    if (rule.kind != Kind::combination) {
        Condition condition;
        read_code(section, condition);
        read_plausible(section, condition);
        if (rule.kind != Kind::missing) condition.limits = read_limits(section, rule.kind);
        if (rule.kind == Kind::threshold) check_reachable(section, condition);
        rule.conditions.push_back(std::move(condition));
        return;
    }
    for (auto& part : section.tables("condition")) {
        Condition condition;
        read_code(part, condition);
        read_plausible(part, condition);
        condition.limits = read_limits(part, Kind::threshold);
        check_reachable(part, condition);
        rule.conditions.push_back(std::move(condition));
    }
    if (rule.conditions.size() < 2)
        return section.problem("condition", "expected two [[rule.condition]] or more");
    const auto all = static_cast<std::int64_t>(rule.conditions.size());
    rule.needed = static_cast<std::size_t>(section.whole_number("at_least", all, 1, all));
}

void read_times(config::Section& section, Rule& rule) {
    switch (rule.kind) {
        case Kind::threshold:
            break;
        case Kind::trend:
            if (!section.has("window")) section.problem("window", "expected how far back a trend looks");
            rule.window = section.duration("window", minutes(10), seconds(1), hours(24));
            break;
        case Kind::combination:
            rule.window = section.duration("window", minutes(1), seconds(1), hours(24));
            break;
        case Kind::missing:
            if (!section.has("after")) section.problem("after", "expected how long no value may come");
            rule.window = section.duration("after", minutes(1), seconds(1), hours(24 * 7));
            return;  // it is a delay itself
    }
    rule.delay = section.duration("delay", milliseconds(0), milliseconds(0), hours(24));
}

void read_texts(config::Section& section, Rule& rule) {
    auto table = section.table("text");
    for (const auto& language : table.keys()) {
        std::string text = table.required_text(language, "a text");
        if (!is_language(language))
            table.problem(language, "expected a language, such as de or en");
        else if (text.size() > longest_text)
            table.problem(language, "expected at most 200 octets");
        else
            rule.texts.emplace(language, std::move(text));
    }
    if (rule.texts.empty())
        section.problem("text", "expected a text in one language or more: text.en = \"…\"");
}

}  // namespace

std::optional<Rule> read_rule(config::Section section) {
    Rule rule;
    rule.name = section.required_text("name", "a name of a-z, 0-9 and _ . -");
    if (!rule.name.empty() && !is_name(rule.name)) {
        section.problem("name", "expected 1 to 64 of a-z, 0-9 and _ . -");
        rule.name.clear();
    }
    const std::string kind =
        section.choice("kind", "threshold", {"threshold", "trend", "combination", "missing"});
    if (!section.has("kind")) section.problem("kind", "expected threshold, trend, combination or missing");
    for (const auto each : {Kind::threshold, Kind::trend, Kind::combination, Kind::missing}) {
        if (kind == name_of(each)) rule.kind = each;
    }
    rule.priority = *parse_priority(section.choice("priority", "medium", {"low", "medium", "high"}));
    if (!section.has("priority")) section.problem("priority", "expected low, medium or high, got nothing");
    read_texts(section, rule);
    rule.wards = section.texts("wards");
    rule.devices = section.texts("devices");
    rule.mappings = section.texts("mappings");
    read_conditions(section, rule);
    read_times(section, rule);
    read_persons(section, rule);
    if (rule.name.empty()) return std::nullopt;
    return rule;
}

}  // namespace edgeward::alarm
