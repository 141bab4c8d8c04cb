#pragma once

#include <string>
#include <vector>

#include <edgeward/alarm/alarm.hpp>
#include <edgeward/notification/alarm_settings.hpp>
#include <edgeward/store/alarm_log.hpp>

// What targets are told (docs/alarms.md).
namespace edgeward::notification {

// One notice on its way.
struct Telling {
    store::AlarmNotice notice;
    alarm::Alarm alarm;     // as of the notice's step, or later
    alarm::Rule rule;       // for its texts; without any when the rule is gone
    bool repeated = false;  // it may have been told before
};

// The JSON object of MQTT and webhook targets, version 1.
std::string notice_json(const Telling& telling, const TargetSettings& target);

// The body of POST /api/v2/alerts of the Alertmanager: one alert for each. Ended ones end; the others last
// until `until` unless it hears of them again.
std::string alerts_json(const std::vector<Telling>& tellings, const TargetSettings& target, Instant until);

// The rule's text in that language, or in any, or its name.
std::string text_of_rule(const alarm::Rule& rule, const std::string& language);

}  // namespace edgeward::notification
