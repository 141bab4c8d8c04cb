#include <algorithm>

#include <edgeward/alarm/engine.hpp>

#include "scope.hpp"

// What time and people do to alarms.
namespace edgeward::alarm {
namespace {

constexpr std::chrono::hours remembered{24};  // how long a subject without values is kept in mind

}  // namespace

void Engine::recall(std::vector<Alarm> known) {
    std::ranges::sort(known, {}, &Alarm::onset);
    for (Alarm& alarm : known) {
        const Rule* rule = rule_named(alarm.rule);
        if (rule == nullptr) {
            // replace() cannot know it: kept so that turn() ends it.
            if (alarm.state == State::ended) continue;
        }
        const std::string who = whose(alarm.subject, alarm.device);
        Instance& instance = instances_[{alarm.rule, who}];
        if (rule != nullptr) instance.conditions.resize(rule->conditions.size());
        instance.judged = std::max(instance.judged, alarm.seen);
        instance.subject = alarm.subject;
        instance.device = alarm.device;
        instance.location = alarm.location;
        if (alarm.state == State::ended) continue;
        // It goes on until a value is inside the hysteresis, as before.
        for (std::size_t i = 0; i < instance.conditions.size() && rule->kind != Kind::missing; ++i) {
            instance.conditions[i].holds = std::ranges::find(alarm.values, rule->conditions[i].parameter,
                                                             &Measured::parameter) != alarm.values.end();
        }
        if (alarm.by_place) attended_[alarm.device] = who;
        instance.alarm = std::move(alarm);
    }
}

std::vector<Change> Engine::turn(Instant now) {
    std::vector<Change> changes;
    for (auto at = instances_.begin(); at != instances_.end();) {
        auto& [key, instance] = *at;
        const Rule* rule = rule_named(key.first);
        if (rule == nullptr) {
            if (instance.alarm) end(instance, now, "rule_removed", changes);
        } else {
            turn_one(*rule, key.second, instance, now, changes);
        }
        const bool idle = !instance.alarm && !instance.awaited;
        const bool gone = idle && (rule == nullptr || now - instance.arrived > remembered);
        at = gone ? instances_.erase(at) : std::next(at);
    }
    return changes;
}

void Engine::turn_one(const Rule& rule, const std::string& who, Instance& instance, Instant now,
                      std::vector<Change>& changes) {
    if (rule.kind == Kind::missing && instance.awaited && !instance.alarm &&
        now - *instance.awaited >= rule.window) {
        Alarm alarm;
        alarm.rule = rule.name;
        alarm.priority = rule.priority;
        alarm.subject = instance.subject;
        alarm.device = instance.device;
        alarm.location = instance.location;
        alarm.by_place = true;
        alarm.onset = alarm.noticed = *instance.awaited + rule.window;
        alarm.id = alarm_id(rule.name, octets_of(alarm.subject, alarm.device), alarm.onset);
        instance.alarm = std::move(alarm);
        attended_[instance.device] = who;
        raise(*instance.alarm, now, changes);
        return;
    }
    if (!instance.alarm) return;
    Alarm& alarm = *instance.alarm;
    if (alarm.state == State::pending) {
        if (now - alarm.noticed >= rule.delay) raise(alarm, now, changes);
        return;
    }
    if (alarm.state != State::active || !alarm.due || now < *alarm.due) return;
    if (alarm.silent_until && now < *alarm.silent_until) return;
    ++alarm.sequence;
    alarm.silent_until.reset();
    plan_stage(alarm, now);
    changes.push_back({Step::escalated, alarm, "gateway", {}});
}

std::vector<Change> Engine::attend(const Presence& presence, Instant now) {
    std::vector<Change> changes;
    std::string who;
    if (presence.who || presence.technical) who = whose(presence.who, presence.device);
    std::string& before = attended_[presence.device];
    if (!before.empty() && before != who) leave(presence.device, before, now, changes);
    before = who;
    if (who.empty()) {
        attended_.erase(presence.device);
        return changes;
    }
    for (const Rule& rule : rules_.rules) {
        if (rule.kind != Kind::missing ||
            !is_in_scope(rule, presence.device, presence.mapping, presence.location.ward))
            continue;
        Instance& instance = instance_of(rule, who);
        instance.subject = presence.who;
        instance.device = presence.device;
        instance.location = presence.location;
        if (!instance.awaited) instance.awaited = now;
    }
    return changes;
}

void Engine::leave(const std::string& device, const std::string& who, Instant now,
                   std::vector<Change>& changes) {
    for (auto& [key, instance] : instances_) {
        if (key.second != who || instance.device != device) continue;
        instance.awaited.reset();
        if (instance.alarm && instance.alarm->by_place) end(instance, now, "person_gone", changes);
    }
}

std::vector<Change> Engine::take_back(const TakenBack& taken, Instant now) {
    std::vector<Change> changes;
    for (auto& [key, instance] : instances_) {
        if (!instance.alarm || !instance.alarm->by_place || instance.alarm->subject != taken.subject ||
            instance.alarm->device != taken.device)
            continue;
        const bool began = std::ranges::any_of(instance.alarm->values, [&](const Measured& value) {
            return std::ranges::find(taken.measured, value.effective) != taken.measured.end();
        });
        if (!began) continue;
        instance.conditions.assign(instance.conditions.size(), {});
        end(instance, now, "reassigned", changes);
    }
    return changes;
}

Alarm* Engine::find(std::string_view id) {
    for (auto& [key, instance] : instances_) {
        if (instance.alarm && instance.alarm->id == id && instance.alarm->state != State::pending)
            return &*instance.alarm;
    }
    return nullptr;
}

Result<std::optional<Change>> Engine::acknowledge(std::string_view id, std::string_view actor, Instant now) {
    Alarm* alarm = find(id);
    if (alarm == nullptr) return failure(ErrorKind::invalid_input, "there is no such alarm, or it has ended");
    if (alarm->state == State::acknowledged) return std::optional<Change>();
    alarm->state = State::acknowledged;
    alarm->acknowledged = now;
    alarm->actor = actor;
    alarm->due.reset();
    alarm->silent_until.reset();
    ++alarm->sequence;
    return std::optional(Change{Step::acknowledged, *alarm, std::string(actor), {}});
}

Result<std::optional<Change>> Engine::silence(std::string_view id, Instant until, std::string_view actor) {
    Alarm* alarm = find(id);
    if (alarm == nullptr) return failure(ErrorKind::invalid_input, "there is no such alarm, or it has ended");
    if (alarm->silent_until == until) return std::optional<Change>();
    alarm->silent_until = until;
    ++alarm->sequence;
    return std::optional(Change{Step::silenced, *alarm, std::string(actor), {}});
}

std::vector<Change> Engine::replace(RuleSet rules, Instant now) {
    rules_ = std::move(rules);
    index();
    std::vector<Change> changes;
    for (auto& [key, instance] : instances_) {
        const Rule* rule = rule_named(key.first);
        // A rule that has changed is another one to what was judged by it; its alarm goes on.
        const std::size_t wanted = rule == nullptr ? 0 : rule->conditions.size();
        if (instance.conditions.size() != wanted) instance.conditions.assign(wanted, {});
        if (rule == nullptr || rule->kind != Kind::missing) instance.awaited.reset();
        if (rule == nullptr && instance.alarm) end(instance, now, "rule_removed", changes);
    }
    return changes;
}

void Engine::forget(const std::vector<model::Pseudonym>& subjects) {
    std::erase_if(instances_, [&](const auto& entry) {
        const auto& subject = entry.second.subject;
        return subject && std::ranges::find(subjects, *subject) != subjects.end();
    });
    for (const auto& subject : subjects) {
        const std::string who = whose(subject, {});
        std::erase_if(instances_, [&](const auto& entry) { return entry.first.second == who; });
        std::erase_if(attended_, [&](const auto& entry) { return entry.second == who; });
    }
}

std::vector<Alarm> Engine::alarms() const {
    std::vector<Alarm> all;
    for (const auto& [key, instance] : instances_) {
        if (instance.alarm) all.push_back(*instance.alarm);
    }
    return all;
}

}  // namespace edgeward::alarm
