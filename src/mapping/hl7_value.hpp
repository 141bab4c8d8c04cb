#pragma once

#include <chrono>
#include <optional>
#include <string>

#include <edgeward/hl7/result_message.hpp>
#include <tl/expected.hpp>

#include "compiled.hpp"
#include "value_reader.hpp"

namespace edgeward::mapping {

// OBX-8 and OBX-11 of a row: what they say beside its value.
struct RowStanding {
    model::ResultStatus status = model::ResultStatus::unverified;
    model::Quality quality = model::Quality::reliable;
    model::AbsentReason absent = model::AbsentReason::none;  // there is no value, and why
    std::optional<model::Mode> mode;                         // TEST, DEMO
    std::string interpretation;                              // codes of table 0078, "H", "LL~A"
    bool no_result = false;                                  // I, N, O: there is none yet, or nobody asked
};
// Flags nobody knows make a value questionable.
tl::expected<RowStanding, Refusal> standing_of(const hl7::ResultRow& row, WithX with_x);

// The unit of OBX-6 in UCUM: by the file's words, as an MDC unit, or as UCUM. Empty: none is stated;
// unknown_unit: none we know.
tl::expected<std::string, Refusal> unit_of(const hl7::ResultRow& row, const Hl7Rules& rules);

// A measured value. `period`: of the samples of a waveform, where its facets say so.
tl::expected<ReadValue, Refusal> read_hl7_value(const Reading& reading, const hl7::ResultRow& row,
                                                const Hl7Rules& rules,
                                                std::optional<std::chrono::microseconds> period);

// Both ends of OBX-7, converted as the value; empty where it is open or reads as anything but "a-b", "<a",
// ">a".
struct Limits {
    std::string low;
    std::string high;
};
Limits limits_of(const Reading& reading, const hl7::ResultRow& row, const Hl7Rules& rules);

// OBX-17: AMEAS when it says nothing. `setting`: ASET, MSET.
struct RowMethod {
    model::Method method = model::Method::automatic;
    bool setting = false;
};
RowMethod method_of(const hl7::ResultRow& row);

}  // namespace edgeward::mapping
