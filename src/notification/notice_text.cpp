#include "notice_text.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace edgeward::notification {
namespace {

using nlohmann::json;

void put_time(json& object, const char* name, const std::optional<Instant>& time) {
    if (time) object[name] = to_rfc3339(*time);
}

const alarm::Condition* condition_of(const alarm::Rule& rule, const std::string& parameter) {
    const auto found = std::ranges::find(rule.conditions, parameter, &alarm::Condition::parameter);
    return found == rule.conditions.end() ? nullptr : &*found;
}

json value_json(const alarm::Measured& value, const alarm::Rule& rule) {
    json made = {{"parameter", value.parameter},
                 {"value", value.value},
                 {"unit", value.ucum},
                 {"time", to_rfc3339(value.effective)}};
    const auto* condition = condition_of(rule, value.parameter);
    if (condition != nullptr && condition->mdc != 0) made["mdc"] = condition->mdc;
    if (condition != nullptr && !condition->loinc.empty()) made["loinc"] = condition->loinc;
    return made;
}

}  // namespace

std::string text_of_rule(const alarm::Rule& rule, const std::string& language) {
    const auto known = rule.texts.find(language);
    if (known != rule.texts.end()) return known->second;
    return rule.texts.empty() ? rule.name : rule.texts.begin()->second;
}

std::string notice_json(const Telling& telling, const TargetSettings& target) {
    const alarm::Alarm& alarm = telling.alarm;
    json made = {{"edgeward", "alarm"},
                 {"version", 1},
                 {"note", not_primary},
                 {"alarm", alarm.id},
                 {"sequence", telling.notice.sequence},
                 {"event", alarm::name_of(telling.notice.step)},
                 {"event_time", to_rfc3339(telling.notice.time)},
                 {"repeated", telling.repeated},
                 {"state", alarm::name_of(alarm.state)},
                 {"stage", alarm.stage},
                 {"rule", alarm.rule},
                 {"text", text_of_rule(telling.rule, target.language)},
                 {"priority", alarm::name_of(alarm.priority)},
                 {"ward", alarm.location.ward},
                 {"onset", to_rfc3339(alarm.onset)}};
    put_time(made, "raised", alarm.raised);
    put_time(made, "acknowledged", alarm.acknowledged);
    put_time(made, "ended", alarm.ended);
    if (target.level == model::IdentityLevel::technical) return made.dump();
    made["room"] = alarm.location.room;
    made["bed"] = alarm.location.bed;
    made["device"] = alarm.device;
    made["values"] = json::array();
    for (const auto& value : alarm.values)
        made["values"].push_back(value_json(value, telling.rule));
    return made.dump();
}

std::string alerts_json(const std::vector<Telling>& tellings, const TargetSettings& target, Instant until) {
    json alerts = json::array();
    for (const Telling& telling : tellings) {
        const alarm::Alarm& alarm = telling.alarm;
        // Labels name the alert for ever: what changes stands in annotations.
        json one = {{"labels",
                     {{"alertname", alarm.rule},
                      {"alarm", alarm.id},
                      {"severity", alarm::name_of(alarm.priority)},
                      {"service", "edgeward"}}},
                    {"annotations",
                     {{"summary", text_of_rule(telling.rule, target.language)},
                      {"note", not_primary},
                      {"state", alarm::name_of(alarm.state)},
                      {"stage", std::to_string(alarm.stage)}}},
                    {"startsAt", to_rfc3339(alarm.raised.value_or(alarm.onset))},
                    {"endsAt", to_rfc3339(alarm.ended.value_or(until))}};
        if (!alarm.location.ward.empty()) one["labels"]["ward"] = alarm.location.ward;
        alerts.push_back(std::move(one));
    }
    return alerts.dump();
}

}  // namespace edgeward::notification
