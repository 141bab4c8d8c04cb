#include "alert.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include <edgeward/coding/code_table.hpp>

namespace edgeward::notification {
namespace {

using model::Alert;

Alert::Phase phase_of(alarm::Step step) {
    switch (step) {
        case alarm::Step::raised:
            return Alert::Phase::raised;
        case alarm::Step::escalated:
            return Alert::Phase::escalated;
        case alarm::Step::acknowledged:
            return Alert::Phase::acknowledged;
        case alarm::Step::began:  // the last three are told to nobody
        case alarm::Step::dropped:
        case alarm::Step::silenced:
        case alarm::Step::ended:
            break;
    }
    return Alert::Phase::ended;
}

Alert::Priority priority_of(alarm::Priority priority) {
    switch (priority) {
        case alarm::Priority::low:
            return Alert::Priority::low;
        case alarm::Priority::medium:
            return Alert::Priority::medium;
        case alarm::Priority::high:
            break;
    }
    return Alert::Priority::high;
}

std::string limit_text(const std::optional<double>& limit) {
    if (!limit) return {};
    std::array<char, 400> digits{};  // the longest double without an exponent has 309 + sign
    const auto made =
        std::to_chars(digits.data(), digits.data() + digits.size(), *limit, std::chars_format::fixed);
    return {digits.data(), made.ptr};
}

// The bounds in force for this alarm's person. Of a trend they are differences, no bounds of a value.
std::optional<alarm::Limits> limits_of(const alarm::Rule& rule, const alarm::Condition& condition,
                                       const alarm::Alarm& alarm) {
    if (rule.kind != alarm::Kind::threshold && rule.kind != alarm::Kind::combination) return std::nullopt;
    if (alarm.subject) {
        const auto own = rule.persons.find(alarm.subject->octets());
        if (own != rule.persons.end()) return own->second;
    }
    return condition.limits;
}

// A rule that is gone leaves the name it had for the value.
model::AlertValue value_of(const alarm::Measured& measured, const alarm::Rule& rule,
                           const alarm::Alarm& alarm) {
    model::AlertValue made;
    made.value = measured.value;
    made.ucum = measured.ucum;
    made.effective = measured.effective;
    made.code.display = measured.parameter;
    const auto condition =
        std::ranges::find(rule.conditions, measured.parameter, &alarm::Condition::parameter);
    if (condition != rule.conditions.end()) {
        if (const auto* entry = coding::find_mdc(condition->mdc)) made.code = coding::code_of(*entry);
        made.code.mdc = condition->mdc;
        if (!condition->loinc.empty()) made.code.loinc = condition->loinc;
        if (const auto limits = limits_of(rule, *condition, alarm)) {
            made.below = limit_text(limits->below);
            made.above = limit_text(limits->above);
        }
    }
    if (made.code.mdc == 0 && made.code.loinc.empty()) made.code.local_code = measured.parameter;
    return made;
}

std::optional<Instant> up_to(const std::optional<Instant>& when, Instant limit) {
    return when && *when <= limit ? when : std::nullopt;
}

}  // namespace

Alert alert_of(const Telling& telling, const TargetSettings& target) {
    const alarm::Alarm& alarm = telling.alarm;
    Alert made;
    made.id = alarm.id;
    made.sequence = telling.notice.sequence;
    made.phase = phase_of(telling.notice.step);
    made.time = telling.notice.time;
    made.priority = priority_of(alarm.priority);
    made.about_person = alarm.subject.has_value();
    made.rule = alarm.rule;
    made.text = text_of_rule(telling.rule, target.language);
    made.note = not_primary;
    made.location.ward = alarm.location.ward;
    made.onset = alarm.onset;
    made.acknowledged = up_to(alarm.acknowledged, made.time);
    made.ended = up_to(alarm.ended, made.time);
    if (made.phase == Alert::Phase::ended && !made.ended) made.ended = made.time;
    if (target.level == model::IdentityLevel::technical) return made;
    made.location = alarm.location;
    made.device = alarm.device;
    for (const auto& value : alarm.values)
        made.values.push_back(value_of(value, telling.rule, alarm));
    return made;
}

}  // namespace edgeward::notification
