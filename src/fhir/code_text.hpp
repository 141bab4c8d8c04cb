#pragma once

#include <string>

#include "observation_text.hpp"
#include "vital_signs.hpp"

// What was measured, as a member "code" of an Observation or of a component of it.
namespace edgeward::fhir {

// In every vocabulary that names it; `sign` puts its own codings first. nullptr: no profile has it.
void append_code(std::string& out, const Surroundings& around, const model::Code& code,
                 const VitalSign* sign);
// Of a part of a blood pressure; `own`: what the device calls it. nullptr: it is not there.
void append_component_code(std::string& out, const Surroundings& around, const PressurePartCodes& codes,
                           const model::Code* own);

}  // namespace edgeward::fhir
