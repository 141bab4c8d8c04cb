#pragma once

#include <utility>

#include "notice_text.hpp"
#include "scene.hpp"

namespace edgeward::notification {

inline Telling telling(alarm::Alarm alarm, alarm::Step step = alarm::Step::raised, bool repeated = false) {
    Telling made;
    made.notice = {alarm.id, alarm.sequence, "ward", step, alarm::at(1)};
    made.alarm = std::move(alarm);
    made.rule = alarm::rules(alarm::spo2_low()).rules.front();
    made.repeated = repeated;
    return made;
}

}  // namespace edgeward::notification
