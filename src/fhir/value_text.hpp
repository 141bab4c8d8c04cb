#pragma once

#include <string>
#include <string_view>

#include <edgeward/model/observation.hpp>

// The value of an Observation or component, or why there is none.
namespace edgeward::fhir {

// Code of data-absent-reason for an observation without a usable value; empty: there is one. Free text is
// usable at identified destinations only.
std::string_view absent_reason(const model::Observation& observation, bool identified);

// "dataAbsentReason":{…}
void append_absent(std::string& out, std::string_view reason);

// "valueQuantity":{…}, another value, or "dataAbsentReason":{…}; with a comma before it where one is due.
void append_value(std::string& out, const model::Observation& observation, bool identified);

}  // namespace edgeward::fhir
