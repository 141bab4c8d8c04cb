#include <edgeward/store/alarm_log.hpp>

#include <string>
#include <utility>

namespace edgeward::store {
namespace {

// "edgeward-alarm-1" ‖ id ‖ subject (16 octets or none)
Bytes context_of(const alarm::Alarm& alarm) {
    std::string context = "edgeward-alarm-1" + alarm.id;
    if (alarm.subject) context.append(alarm.subject->octets().begin(), alarm.subject->octets().end());
    return {context.begin(), context.end()};
}

}  // namespace

SealedAlarm without_body(alarm::Alarm alarm) {
    alarm.location = {};
    alarm.values.clear();
    return {std::move(alarm), {}};
}

SealedAlarm seal_alarm(alarm::Alarm alarm, const crypto::SealingKey& key) {
    Bytes sealed = key.seal(alarm::encode_body(alarm), context_of(alarm));
    SealedAlarm row = without_body(std::move(alarm));
    row.sealed = std::move(sealed);
    return row;
}

Result<alarm::Alarm> open_alarm(const SealedAlarm& row, const crypto::SealingKey& key) {
    alarm::Alarm alarm = row.alarm;
    if (row.sealed.empty()) return alarm;
    const auto body = key.open(row.sealed, context_of(alarm));
    if (!body) return failure(body.error());
    if (auto decoded = alarm::decode_body(body->reveal(), alarm); !decoded)
        return failure(std::move(decoded.error()));
    return alarm;
}

}  // namespace edgeward::store
