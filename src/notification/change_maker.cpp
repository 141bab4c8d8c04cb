#include "change_maker.hpp"

#include <algorithm>

#include <edgeward/core/log.hpp>

namespace edgeward::notification {
namespace {

using alarm::Step;

void add_stage(const AlarmSettings& settings, const alarm::Alarm& alarm, std::size_t stage,
               std::vector<std::string>& names) {
    if (stage >= settings.stages.size() || settings.stages[stage].least_priority > alarm.priority) return;
    for (const auto& name : settings.stages[stage].targets) {
        const auto target = std::ranges::find(settings.targets, name, &TargetSettings::name);
        if (target == settings.targets.end() || std::ranges::find(names, name) != names.end()) continue;
        const auto& wards = target->wards;
        if (wards.empty() || std::ranges::find(wards, alarm.location.ward) != wards.end())
            names.push_back(name);
    }
}

audit::Action action_of(Step step) {
    switch (step) {
        case Step::raised:
            return audit::Action::alarm_raised;
        case Step::escalated:
            return audit::Action::alarm_escalated;
        case Step::acknowledged:
            return audit::Action::alarm_acknowledged;
        case Step::silenced:
            return audit::Action::alarm_silenced;
        case Step::began:
        case Step::dropped:
        case Step::ended:
            break;
    }
    return audit::Action::alarm_ended;
}

}  // namespace

std::vector<std::string> targets_of(const AlarmSettings& settings, const alarm::Change& change) {
    std::vector<std::string> names;
    const std::size_t stage = change.alarm.stage;
    switch (change.step) {
        case Step::began:
        case Step::dropped:
        case Step::silenced:
            break;
        case Step::raised:
        case Step::escalated:
            if (stage > 0) add_stage(settings, change.alarm, stage - 1, names);
            break;
        case Step::acknowledged:
        case Step::ended:
            for (std::size_t told = 0; told < stage; ++told)
                add_stage(settings, change.alarm, told, names);
            break;
    }
    return names;
}

std::optional<audit::Event> event_of(const alarm::Change& change) {
    if (change.step == Step::began || change.step == Step::dropped) return std::nullopt;
    const alarm::Alarm& alarm = change.alarm;
    audit::Event event;
    event.actor = change.actor;
    event.action = action_of(change.step);
    event.subject = alarm.subject;
    event.object = alarm.id;
    if (change.step == Step::raised) event.object += " " + std::string(alarm::name_of(alarm.priority));
    if (change.step == Step::escalated) event.object += " stage " + std::to_string(alarm.stage);
    if (change.step == Step::ended) event.object += " " + change.reason;
    if (change.step == Step::silenced && alarm.silent_until)
        event.object += " until " + to_rfc3339(*alarm.silent_until);
    event.rule = alarm.rule;
    return event;
}

store::AlarmChange committed_form(const AlarmSettings& settings, const alarm::Change& change, Instant now,
                                  vault::IdentityVault& vault, const crypto::SealingKey& technical_key) {
    store::AlarmChange made;
    made.step = change.step;
    made.event = event_of(change);
    for (auto& target : targets_of(settings, change))
        made.notices.push_back({change.alarm.id, change.alarm.sequence, std::move(target), change.step, now});
    if (!change.alarm.subject) {
        made.row = store::seal_alarm(change.alarm, technical_key);
        return made;
    }
    const auto subject = vault.subject(*change.alarm.subject);
    if (subject && *subject) {
        made.row = store::seal_alarm(change.alarm, *(*subject)->data_key);
        return made;
    }
    if (!subject)
        log::warning("an alarm was written without its values: the vault cannot serve",
                     {{"reason", subject.error().message}});
    made.row = store::without_body(change.alarm);
    return made;
}

std::optional<alarm::Alarm> opened_form(const store::SealedAlarm& row, vault::IdentityVault& vault,
                                        const crypto::SealingKey& technical_key) {
    Result<alarm::Alarm> opened = row.alarm;
    if (!row.alarm.subject) {
        opened = store::open_alarm(row, technical_key);
    } else {
        const auto subject = vault.subject(*row.alarm.subject);
        if (subject && !*subject) return std::nullopt;
        if (subject) opened = store::open_alarm(row, *(*subject)->data_key);
    }
    if (opened) return *std::move(opened);
    log::error("the values of an alarm cannot be opened", {{"reason", opened.error().message}});
    return row.alarm;
}

}  // namespace edgeward::notification
