#pragma once

#include <string>

#include <edgeward/core/result.hpp>
#include <edgeward/hl7/oru_message.hpp>
#include <edgeward/model/alert.hpp>

// Alarms as ORU^R40 of IHE PCD-04 "Report Alert" (IHE PCD TF-2, HL7 v2.6): secondary notification only.
//
//   MSH PID PV1 OBR NTE { OBX }        docs/alarms.md gives every field
//
// Pure: the same notice always gives the same octets, so a resend is identical. Threads: any.
namespace edgeward::hl7 {

// MSH-10 of a notice: the alarm and the notice's number.
std::string control_id_of(const model::Alert& alert);

// The message with CR segment ends, in the octets of the settings' character set, without framing. One
// message is one notice; OBR-29 of every notice but the first names the first by its OBR-3.
//
// Errors: invalid_input when the character set has no place for a character (names the field, never the
// text).
Result<std::string> render_alert(const OruSettings& settings, const model::Alert& alert);

}  // namespace edgeward::hl7
