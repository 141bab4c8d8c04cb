#pragma once

#include <string>
#include <string_view>

#include <edgeward/model/observation.hpp>

// The value of an Observation or component, or why there is none.
namespace edgeward::fhir {

// Code of data-absent-reason for an observation without a usable value; empty: there is one. Free text is
// usable at identified destinations only.
std::string_view absent_reason(const model::Observation& observation, bool identified);

// ,"unit":…,"system":…,"code":… of a quantity; nothing when there is no unit.
void append_unit(std::string& out, std::string_view ucum);

// "dataAbsentReason":{…}
void append_absent(std::string& out, std::string_view reason);

// "valueQuantity":{…}, another value, or "dataAbsentReason":{…}; with a comma before it where one is due.
void append_value(std::string& out, const model::Observation& observation, bool identified);

// ,"interpretation":[…] by HL7 table 0078 codes, several with '~' between; nothing for none.
void append_interpretation(std::string& out, std::string_view codes);

// ,"referenceRange":[{…}] of a quantity; nothing when none is known.
void append_range(std::string& out, const model::Observation& observation);

}  // namespace edgeward::fhir
