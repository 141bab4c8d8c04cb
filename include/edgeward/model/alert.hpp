#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <edgeward/core/time.hpp>
#include <edgeward/model/observation.hpp>
#include <edgeward/model/report.hpp>

namespace edgeward::model {

// A value that an alarm is about.
struct AlertValue {
    Code code;
    std::string value;  // a decimal number, as the device wrote it
    std::string ucum;
    Instant effective{};
    std::string below;  // bounds of the rule in the same unit; empty: none
    std::string above;
    friend bool operator==(const AlertValue&, const AlertValue&) = default;
};

// One notice of an alarm of ours, already without what its receiver may not know. It names no person: there
// is no place for one. Renderers write it for HL7 and FHIR receivers; the same notice always reads the same,
// however late it is told.
struct Alert {
    enum class Phase : std::uint8_t { raised, escalated, acknowledged, ended };
    enum class Priority : std::uint8_t { low, medium, high };

    std::string id;              // UUID; of the alarm
    std::uint64_t sequence = 0;  // of the notice; grows
    Phase phase = Phase::raised;
    Instant time{};  // of the notice
    Priority priority = Priority::medium;
    bool about_person = false;  // false: about the device
    std::string rule;           // its name
    std::string text;           // for people
    std::string note;           // what every notice says beside it
    Location location;
    std::string device;  // empty: not to be known
    Instant onset{};
    std::optional<Instant> acknowledged;  // not after `time`
    std::optional<Instant> ended;         // likewise
    std::vector<AlertValue> values;
    friend bool operator==(const Alert&, const Alert&) = default;
};

}  // namespace edgeward::model
