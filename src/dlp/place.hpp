#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace edgeward::dlp {

// Where in a message an offset is, without a word of it: "OBX[2]-5", "/entry/1/resource/valueString",
// "octet 17". Members of objects that `names_a_person` are written as "?".
std::string place_of(std::string_view message, std::size_t offset,
                     const std::function<bool(std::string_view)>& names_a_person);

// Is it a measured number: OBX-5 of type NM, SN or NA, a JSON number, FHIR SampledData.data?
bool is_measured(std::string_view message, std::size_t offset);

// Is the text from `begin` to `end` the code of a public code system (MDC, LOINC, SNOMED CT, UCUM): HL7
// code^text^system, FHIR Coding.code beside its system?
bool is_public_code(std::string_view message, std::size_t begin, std::size_t end);

}  // namespace edgeward::dlp
