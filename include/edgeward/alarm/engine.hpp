#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include <edgeward/alarm/alarm.hpp>
#include <edgeward/alarm/rule.hpp>

namespace edgeward::alarm {

// One step of telling: who is told stands elsewhere.
struct Stage {
    std::chrono::milliseconds after{};        // since the stage before it; of the first one: 0
    Priority least_priority = Priority::low;  // others pass it over
};

struct EngineSettings {
    std::vector<Stage> stages;
    // A value measured longer before its receipt, or as far after it, is not judged: it is no news, or its
    // clock is wrong.
    std::chrono::milliseconds oldest_value = std::chrono::minutes(10);
};

// Who is at a device now.
struct Presence {
    std::string device;
    std::string mapping;
    model::Location location;
    std::optional<model::Pseudonym> who;
    bool technical = false;  // the device never measures a person: missing values are its own
};

// Measurements of a device that were not this person's after all.
struct TakenBack {
    model::Pseudonym subject;
    std::string device;
    std::vector<Instant> measured;  // by the device's clock
};

// Why a value that a rule names was not judged: unit, implausible, comparator, not_a_number, invalid, mode,
// late, out_of_order.
using Ignored = std::map<std::pair<std::string, std::string>, std::uint64_t>;  // rule, reason → count

// Judges reports by rules and keeps what is going on: one alarm at most for each rule and subject. Bytes and
// times in, changes out; no clock, no thread. The same reports in the same order give the same alarms with
// the same ids, so that reports which come again after a crash raise no other ones.
class Engine {
public:
    Engine(RuleSet rules, EngineSettings settings);

    // What was known before a restart, ended alarms too: values they have seen are not judged again.
    void recall(std::vector<Alarm> known);
    // No rule at all: nothing needs to be shown.
    [[nodiscard]] bool idle() const noexcept { return rules_.rules.empty() && instances_.empty(); }

    // A report that will be stored. `mapping`: of its device.
    std::vector<Change> see(const model::Report& report, std::string_view mapping);
    // What time alone does: delays that are over, stages that are due, values that did not come.
    std::vector<Change> turn(Instant now);
    // Regularly, for every device: persons who are there are waited for, those who have left are not.
    std::vector<Change> attend(const Presence& presence, Instant now);

    // An alarm by place that one of them began ends (reassigned). Of whose they are none begins: they are no
    // news.
    std::vector<Change> take_back(const TakenBack& taken, Instant now);

    // invalid_input: there is no such alarm, or it has ended. Acknowledging again changes nothing and gives
    // nothing.
    Result<std::optional<Change>> acknowledge(std::string_view id, std::string_view actor, Instant now);
    Result<std::optional<Change>> silence(std::string_view id, Instant until, std::string_view actor);

    // New rules; alarms of rules that are gone end.
    std::vector<Change> replace(RuleSet rules, Instant now);
    // Erased persons leave nothing.
    void forget(const std::vector<model::Pseudonym>& subjects);

    // Pending, active and acknowledged ones.
    [[nodiscard]] std::vector<Alarm> alarms() const;
    [[nodiscard]] const Ignored& ignored() const noexcept { return ignored_; }
    [[nodiscard]] const RuleSet& rules() const noexcept { return rules_; }

private:
    struct ConditionState {
        bool holds = false;
        std::optional<Measured> last;
        std::deque<std::pair<Instant, double>> history;  // trend only
    };
    // One rule about one subject.
    struct Instance {
        std::optional<model::Pseudonym> subject;
        std::string device;
        model::Location location;
        std::vector<ConditionState> conditions;
        Instant judged{};   // values up to here were judged: before a restart, or by an ended alarm
        Instant arrived{};  // newest value, by our clock
        std::optional<Instant> awaited;  // missing: since when nothing came, by our clock
        std::optional<Alarm> alarm;      // never an ended one
    };
    struct Place {  // where a code is named
        std::size_t rule;
        std::size_t condition;
    };
    using Key = std::pair<std::string, std::string>;  // rule, whose
    struct Looked;

    void index();
    [[nodiscard]] const Rule* rule_named(std::string_view name) const;
    Instance& instance_of(const Rule& rule, const std::string& whose);
    void look(const model::Observation& observation, Place place, Looked& looked);
    void look_for_missing(const Rule& rule, Looked& looked);
    void judge(const Rule& rule, Instance& instance, Instant newest, Looked& looked);
    void turn_one(const Rule& rule, const std::string& whose, Instance& instance, Instant now,
                  std::vector<Change>& changes);
    void plan_stage(Alarm& alarm, Instant now) const;
    void raise(Alarm& alarm, Instant now, std::vector<Change>& changes) const;
    void leave(const std::string& device, const std::string& whose, Instant now,
               std::vector<Change>& changes);
    static void end(Instance& instance, Instant now, const char* reason, std::vector<Change>& changes);
    Alarm* find(std::string_view id);

    RuleSet rules_;
    EngineSettings settings_;
    std::unordered_multimap<std::uint32_t, Place> by_mdc_;
    std::unordered_multimap<std::string, Place> by_loinc_;
    std::map<Key, Instance> instances_;
    std::map<std::string, std::string> attended_;  // device → whose values are waited for
    Ignored ignored_;
};

}  // namespace edgeward::alarm
