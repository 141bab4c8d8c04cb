#pragma once

#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <edgeward/alarm/engine.hpp>
#include <edgeward/coding/code_table.hpp>
#include <edgeward/pseudonym/pseudonymizer.hpp>

// What the tests of alarms share: rules from text, reports with values.
namespace edgeward::alarm {

inline Instant at(std::int64_t second) {
    return Instant(std::chrono::seconds(1'795'459'000 + second));
}

inline model::Pseudonym person(std::uint8_t number) {
    return pseudonym::recall(Bytes(16, number)).value();
}

inline RuleSet rules(const std::string& toml) {
    auto loaded = parse_rules(toml, "test.toml");
    if (!loaded.problems.empty()) throw std::runtime_error(loaded.problems.front().to_string());
    return std::move(loaded.set);
}

// A rule of kind threshold on SpO2, with more lines.
inline std::string spo2_low(const std::string& more = "below = 88\nhysteresis = 2\n") {
    return "[[rule]]\nname = \"spo2-low\"\nkind = \"threshold\"\npriority = \"high\"\ntext.en = \"SpO2 "
           "low\"\n"
           "code = \"spo2\"\n" +
           more;
}

struct Reading {
    std::string parameter;
    std::string value;
    std::string ucum = "%";
};

// Measured and received at that second, of person 1 (0: of nobody) at monitor-1 in ward ICU.
inline model::Report report(std::int64_t second, const std::vector<Reading>& readings,
                            std::uint8_t subject = 1) {
    model::Report made;
    if (subject != 0) made.subject = person(subject);
    made.device = "monitor-1";
    made.location = {"ICU", "1", "07"};
    made.received = at(second);
    made.by_place = true;
    for (const auto& [parameter, value, ucum] : readings) {
        model::Observation observation;
        observation.code = coding::code_of(*coding::find_parameter(parameter));
        observation.value = model::Quantity{model::Decimal::parse(value).value(), ucum, {}};
        observation.effective.utc = made.received;
        made.observations.push_back(std::move(observation));
    }
    return made;
}

inline Engine engine(const std::string& toml, std::vector<Stage> stages = {{}}) {
    return Engine(rules(toml), {std::move(stages)});
}

inline std::vector<Change> see(Engine& engine, std::int64_t second, const std::string& spo2) {
    return engine.see(report(second, {{"spo2", spo2}}), "monitor_flat");
}

inline std::vector<Step> steps(const std::vector<Change>& changes) {
    std::vector<Step> made;
    for (const auto& change : changes)
        made.push_back(change.step);
    return made;
}

using Steps = std::vector<Step>;

}  // namespace edgeward::alarm
