#pragma once

#include <string>
#include <utility>

#include <edgeward/store/alarm_log.hpp>

#include "bench.hpp"

namespace edgeward::store {

inline alarm::Alarm alarm_of(std::uint8_t subject, std::int64_t second, std::uint64_t sequence = 1,
                             alarm::State state = alarm::State::active) {
    alarm::Alarm made;
    made.rule = "spo2-low";
    made.priority = alarm::Priority::high;
    if (subject != 0) made.subject = person(subject);
    made.device = "monitor-1";
    made.location = {"ICU", "1", "07"};
    made.by_place = true;
    made.state = state;
    made.stage = 1;
    made.sequence = sequence;
    made.onset = at_second(second);
    made.noticed = at_second(second + 1);
    made.seen = at_second(second + 2);
    made.raised = at_second(second + 3);
    made.due = at_second(second + 60);
    made.values = {{"spo2", "85", "%", at_second(second)}};
    made.id = alarm::alarm_id(made.rule, Bytes(16, subject), made.onset);
    if (state == alarm::State::ended) made.ended = at_second(second + 10);
    return made;
}

inline AlarmChange change_of(alarm::Alarm alarm, alarm::Step step, const crypto::SealingKey& key,
                             const std::vector<std::string>& targets = {}) {
    AlarmChange made;
    made.step = step;
    for (const auto& target : targets)
        made.notices.push_back({alarm.id, alarm.sequence, target, step, at_second(3)});
    if (step != alarm::Step::began && step != alarm::Step::dropped) {
        made.event.emplace();
        made.event->actor = "gateway";
        made.event->action = audit::Action::alarm_raised;
        made.event->subject = alarm.subject;
        made.event->object = alarm.id;
        made.event->rule = alarm.rule;
    }
    made.row = seal_alarm(std::move(alarm), key);
    return made;
}

}  // namespace edgeward::store
