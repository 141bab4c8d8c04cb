#include <edgeward/alarm/engine.hpp>

#include <algorithm>

#include "bounds.hpp"
#include "scope.hpp"

// What values do; turning.cpp has what time and people do.
namespace edgeward::alarm {

struct Engine::Looked {
    const model::Report& report;
    std::string_view mapping;
    std::string whose;
    std::map<std::size_t, Instant> touched = {};  // rule → newest value that was judged
    std::vector<Change> changes = {};
};

Engine::Engine(RuleSet rules, EngineSettings settings)
    : rules_(std::move(rules)), settings_(std::move(settings)) {
    index();
}

void Engine::index() {
    by_mdc_.clear();
    by_loinc_.clear();
    for (std::size_t rule = 0; rule < rules_.rules.size(); ++rule) {
        const auto& conditions = rules_.rules[rule].conditions;
        for (std::size_t i = 0; i < conditions.size(); ++i) {
            if (conditions[i].mdc != 0) by_mdc_.emplace(conditions[i].mdc, Place{rule, i});
            if (!conditions[i].loinc.empty()) by_loinc_.emplace(conditions[i].loinc, Place{rule, i});
        }
    }
}

const Rule* Engine::rule_named(std::string_view name) const {
    const auto found = std::ranges::find(rules_.rules, name, &Rule::name);
    return found == rules_.rules.end() ? nullptr : &*found;
}

Engine::Instance& Engine::instance_of(const Rule& rule, const std::string& whose) {
    Instance& instance = instances_[{rule.name, whose}];
    instance.conditions.resize(rule.conditions.size());
    return instance;
}

std::vector<Change> Engine::see(const model::Report& report, std::string_view mapping) {
    if (report.takes_back || rules_.rules.empty()) return {};
    Looked looked{report, mapping, whose(report.subject, report.device)};
    for (const auto& observation : report.observations) {
        const auto by_mdc = by_mdc_.equal_range(observation.code.mdc);
        if (observation.code.mdc != 0) {
            for (auto at = by_mdc.first; at != by_mdc.second; ++at)
                look(observation, at->second, looked);
        }
        if (observation.code.loinc.empty()) continue;
        const auto by_loinc = by_loinc_.equal_range(observation.code.loinc);
        for (auto at = by_loinc.first; at != by_loinc.second; ++at) {
            const Place place = at->second;
            const bool alone = rules_.rules[place.rule].conditions[place.condition].mdc == 0;
            if (alone || observation.code.mdc == 0) look(observation, place, looked);
        }
    }
    for (const auto& [index, newest] : looked.touched) {
        const Rule& rule = rules_.rules[index];
        if (rule.kind == Kind::missing) {
            look_for_missing(rule, looked);
        } else {
            judge(rule, instance_of(rule, looked.whose), newest, looked);
        }
    }
    return std::move(looked.changes);
}

void Engine::look(const model::Observation& observation, Place place, Looked& looked) {
    const Rule& rule = rules_.rules[place.rule];
    const model::Report& report = looked.report;
    if (!is_in_scope(rule, report.device, looked.mapping, report.location.ward)) return;
    const Condition& condition = rule.conditions[place.condition];
    const Limits* limits = limits_for(rule, condition, report.subject);
    if (limits == nullptr) return;
    const auto ignore = [&](const char* reason) { ++ignored_[{rule.name, reason}]; };
    const auto number = number_of(observation, condition);
    if (!number) return ignore(number.error());
    const Instant effective = observation.effective.utc;
    if (std::chrono::abs(report.received - effective) > settings_.oldest_value) return ignore("late");
    Instant& newest = looked.touched.try_emplace(place.rule, Instant::min()).first->second;
    if (rule.kind == Kind::missing) return;
    Instance& instance = instance_of(rule, looked.whose);
    ConditionState& state = instance.conditions[place.condition];
    if (effective <= instance.judged || (state.last && effective < state.last->effective))
        return ignore("out_of_order");
    newest = std::max(newest, effective);
    instance.arrived = report.received;
    const auto& quantity = std::get<model::Quantity>(observation.value);
    state.last = Measured{condition.parameter, quantity.value.text(), quantity.ucum, effective};
    if (rule.kind != Kind::trend) {
        state.holds = is_out_of_bounds(*limits, *number, state.holds);
        return;
    }
    auto& history = state.history;
    history.emplace_back(effective, *number);
    while (effective - history.front().first > rule.window)
        history.pop_front();
    const auto [lowest, highest] =
        std::ranges::minmax_element(history, {}, &std::pair<Instant, double>::second);
    state.holds =
        has_moved_too_far(*limits, *number - lowest->second, highest->second - *number, state.holds);
}

void Engine::look_for_missing(const Rule& rule, Looked& looked) {
    const auto known = instances_.find({rule.name, looked.whose});
    if (known == instances_.end()) return;  // nobody waits for it
    Instance& instance = known->second;
    instance.arrived = looked.report.received;
    instance.awaited = looked.report.received;
    if (instance.alarm) end(instance, looked.report.received, "normal", looked.changes);
}

namespace {

// How many conditions hold, those of a combination only while they are fresh enough to belong together.
template <typename Conditions>
std::size_t holding_in(const Rule& rule, const Conditions& conditions, Instant newest) {
    return static_cast<std::size_t>(std::ranges::count_if(conditions, [&](const auto& state) {
        return state.holds && (rule.kind != Kind::combination ||
                               (state.last && newest - state.last->effective <= rule.window));
    }));
}

template <typename Conditions>
Alarm first_alarm(const Rule& rule, const Conditions& conditions, const model::Report& report,
                  Instant newest) {
    Alarm alarm;
    alarm.rule = rule.name;
    alarm.priority = rule.priority;
    alarm.subject = report.subject;
    alarm.device = report.device;
    alarm.location = report.location;
    alarm.by_place = report.by_place;
    alarm.onset = newest;
    alarm.noticed = report.received;
    alarm.seen = newest;
    alarm.id = alarm_id(rule.name, octets_of(alarm.subject, alarm.device), alarm.onset);
    for (const auto& state : conditions) {
        if (state.holds && state.last) alarm.values.push_back(*state.last);
    }
    return alarm;
}

}  // namespace

void Engine::judge(const Rule& rule, Instance& instance, Instant newest, Looked& looked) {
    if (newest == Instant::min()) return;  // no value of it was judged
    auto& changes = looked.changes;
    const bool holds = holding_in(rule, instance.conditions, newest) >= rule.needed;
    if (instance.alarm) instance.alarm->seen = newest;
    if (!holds) {
        if (instance.alarm) end(instance, looked.report.received, "normal", changes);
        return;
    }
    if (!instance.alarm) {
        instance.alarm = first_alarm(rule, instance.conditions, looked.report, newest);
        instance.subject = looked.report.subject;
        instance.device = looked.report.device;
        if (rule.delay.count() > 0) {
            instance.alarm->sequence = 1;
            changes.push_back({Step::began, *instance.alarm, "gateway", {}});
        }
    }
    Alarm& alarm = *instance.alarm;
    if (alarm.state == State::pending && newest - alarm.onset >= rule.delay)
        raise(alarm, looked.report.received, changes);
}

void Engine::plan_stage(Alarm& alarm, Instant now) const {
    const auto& stages = settings_.stages;
    const auto next_from = [&](std::size_t at) {
        while (at < stages.size() && stages[at].least_priority > alarm.priority)
            ++at;
        return at;
    };
    const std::size_t at = next_from(alarm.stage);
    alarm.stage = static_cast<std::uint32_t>(std::min(at + 1, stages.size()));
    const std::size_t after = next_from(alarm.stage);
    alarm.due.reset();
    if (after < stages.size()) alarm.due = now + stages[after].after;
}

void Engine::raise(Alarm& alarm, Instant now, std::vector<Change>& changes) const {
    alarm.state = State::active;
    alarm.raised = now;
    ++alarm.sequence;
    plan_stage(alarm, now);
    changes.push_back({Step::raised, alarm, "gateway", {}});
}

void Engine::end(Instance& instance, Instant now, const char* reason, std::vector<Change>& changes) {
    Alarm alarm = *std::move(instance.alarm);
    instance.alarm.reset();
    instance.judged = std::max(instance.judged, alarm.seen);  // no other one begins at that time
    const bool told = alarm.state != State::pending;
    alarm.state = State::ended;
    alarm.ended = now;
    alarm.due.reset();
    ++alarm.sequence;
    changes.push_back({told ? Step::ended : Step::dropped, std::move(alarm), "gateway", reason});
}

}  // namespace edgeward::alarm
