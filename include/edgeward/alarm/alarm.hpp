#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <edgeward/alarm/rule.hpp>
#include <edgeward/core/bytes.hpp>
#include <edgeward/core/result.hpp>
#include <edgeward/core/time.hpp>
#include <edgeward/model/pseudonym.hpp>
#include <edgeward/model/report.hpp>

namespace edgeward::alarm {

// The life of an alarm: pending ▸ active ▸ acknowledged ▸ ended; from each of the first three it may end.
enum class State : std::uint8_t {
    pending = 1,       // the condition holds, the rule's delay is not over; nobody is told
    active = 2,        // told, stage after stage, until somebody acknowledges
    acknowledged = 3,  // somebody has it in hand; the condition still holds
    ended = 4,
};

// What happened to an alarm.
enum class Step : std::uint8_t {
    began = 1,      // pending
    dropped = 2,    // pending, and over before its delay was: it leaves nothing
    raised = 3,     // told to the first stage
    escalated = 4,  // nobody has acknowledged: told to one more stage
    acknowledged = 5,
    silenced = 6,  // no further stage until a time
    ended = 7,
};

std::string_view name_of(State state) noexcept;
std::string_view name_of(Step step) noexcept;

// A value that a rule judged, as the device wrote it.
struct Measured {
    std::string parameter;  // of the rule
    std::string value;
    std::string ucum;
    Instant effective{};
    friend bool operator==(const Measured&, const Measured&) = default;
};

// One alarm of one rule about one person, or about one device. A value.
struct Alarm {
    std::string id;  // UUID; the same for the same rule, subject and onset, also after a crash
    std::string rule;
    Priority priority = Priority::medium;
    std::optional<model::Pseudonym> subject;  // nothing: about the device
    std::string device;                       // that brought the value
    model::Location location;
    bool by_place = false;  // whose it is follows from who was at the device
    State state = State::pending;
    std::uint32_t stage = 0;     // how many stages were told
    std::uint64_t sequence = 0;  // of its newest step; grows by one with each, from 1
    Instant onset{};             // when the condition began, by the device's clock
    Instant noticed{};           // the same by ours
    Instant seen{};              // effective time of the newest value that was judged
    std::optional<Instant> raised;
    std::optional<Instant> acknowledged;
    std::optional<Instant> ended;
    std::optional<Instant> due;  // of the next stage
    std::optional<Instant> silent_until;
    std::string actor;             // who acknowledged, as the audit log names them
    std::vector<Measured> values;  // that began it
    friend bool operator==(const Alarm&, const Alarm&) = default;
};

struct Change {
    Step step = Step::began;
    Alarm alarm;         // after it
    std::string actor;   // "gateway", or who asked
    std::string reason;  // fixed word; of ended: normal, person_gone, rule_removed
};

// UUID of the first 16 octets of SHA-256( "edgeward-alarm-1" 00 rule 00 whose 00 onset ), `whose` being the
// pseudonym's 16 octets or the device's id, `onset` 8 octets, milliseconds since 1970, big-endian.
std::string alarm_id(std::string_view rule, ByteView whose, Instant onset);

// What an alarm says of measurements and places as octets, version 1 (docs/store-format.md): location and
// values, which the store seals. decode: corrupt when the octets are not such a body.
Bytes encode_body(const Alarm& alarm);
Result<void> decode_body(ByteView body, Alarm& into);

}  // namespace edgeward::alarm
