#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <edgeward/alarm/alarm.hpp>
#include <edgeward/audit/record.hpp>
#include <edgeward/core/result.hpp>
#include <edgeward/crypto/seal.hpp>
#include <edgeward/model/pseudonym.hpp>

// Alarms on disk: what is going on, what was, and who has still to be told (docs/store-format.md).
namespace edgeward::store {

// An alarm as it lies on disk: location and values are in `sealed`, under the data key of the person or the
// technical key, bound to the alarm's id and person.
struct SealedAlarm {
    alarm::Alarm alarm;  // location and values are empty
    Bytes sealed;        // empty: they could not be sealed, and are lost
};
SealedAlarm seal_alarm(alarm::Alarm alarm, const crypto::SealingKey& key);
// The same with location and values lost: the alarm matters more than they do.
SealedAlarm without_body(alarm::Alarm alarm);
// corrupt: wrong key, altered octets or moved row.
Result<alarm::Alarm> open_alarm(const SealedAlarm& row, const crypto::SealingKey& key);

// One target has to be told of one step. What it is told follows from the alarm.
struct AlarmNotice {
    std::string alarm;  // id
    std::uint64_t sequence = 0;
    std::string target;
    alarm::Step step = alarm::Step::raised;
    Instant time{};  // of the step
    friend bool operator==(const AlarmNotice&, const AlarmNotice&) = default;
};

// One step of an alarm, as it is committed: its row, who is to be told, and what the audit log says.
struct AlarmChange {
    alarm::Step step = alarm::Step::raised;
    SealedAlarm row;
    std::vector<AlarmNotice> notices;
    std::optional<audit::Event> event;  // nothing for pending ones, which nobody is told
};

// The writing half; a part of ObservationStore, and as its members.
class AlarmLog {
public:
    AlarmLog() = default;
    AlarmLog(const AlarmLog&) = delete;
    AlarmLog& operator=(const AlarmLog&) = delete;
    virtual ~AlarmLog() = default;

    // A step older than what the row says changes no row: two threads bring them. A dropped alarm leaves
    // none.
    virtual Result<void> save_alarms(const std::vector<AlarmChange>& changes) = 0;
    // A target was told, or will not be; with that record about the alarm's person. Not there: no error.
    virtual Result<void> settle_notice(const AlarmNotice& notice, const audit::Event& event) = 0;
    // Alarms of the persons `theirs` says yes to, with their notices and an audit record of that rule; gives
    // how many.
    virtual Result<std::uint64_t> erase_alarms(const std::function<bool(const model::Pseudonym&)>& theirs,
                                               const std::string& rule) = 0;
    // Alarms that ended before and that nobody waits to be told of; gives how many.
    virtual Result<std::uint64_t> retire_alarms(Instant before) = 0;
};

// The reading half; a part of StoreReader, and as its members.
class AlarmReader {
public:
    AlarmReader() = default;
    AlarmReader(const AlarmReader&) = delete;
    AlarmReader& operator=(const AlarmReader&) = delete;
    virtual ~AlarmReader() = default;

    struct KnownAlarms {
        std::vector<SealedAlarm> alarms;   // by onset
        std::vector<AlarmNotice> notices;  // in the order of their steps
    };
    // Alarms that have not ended, that ended at or after `ended_since`, or that somebody has to be told of.
    virtual Result<KnownAlarms> alarms(Instant ended_since) = 0;
};

}  // namespace edgeward::store
