#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <edgeward/config/document.hpp>
#include <edgeward/core/result.hpp>
#include <edgeward/core/time.hpp>
#include <edgeward/model/age_band.hpp>
#include <edgeward/model/identity.hpp>
#include <edgeward/model/report.hpp>

// Device observations as ORU^R01 of IHE PCD-01 "Communicate PCD Data" (IHE PCD TF-2, HL7 v2.6).
//
//   MSH PID PV1 { OBR { OBX } }        docs/hl7-oru.md gives every field
//
// Pure: the same values always give the same octets, so a resend is identical. Threads: any.
namespace edgeward::hl7 {

// HL7 HD: "EDGEWARD", or "EDGEWARD^0123456789ABCDEF^EUI-64".
struct Designator {
    std::string namespace_id;
    std::string universal_id;
    std::string universal_id_type;  // ISO, EUI-64, DNS, UUID
    friend bool operator==(const Designator&, const Designator&) = default;
};
// "namespace^id^type" or "namespace". invalid_input: more than three parts, an id without a type or the
// reverse.
Result<Designator> parse_designator(std::string_view text);

// Character set of the message, MSH-18 (HL7 table 0211).
enum class Charset : std::uint8_t { utf8, ascii, iso8859_1, iso8859_15 };

// Which acknowledgement is asked for: enhanced (MSH-15 AL, MSH-16 NE) as PCD-01 says, or original mode (both
// empty) for receivers that know nothing else.
enum class AcknowledgementMode : std::uint8_t { enhanced, original };

struct OruSettings {
    Designator sending_application{"EDGEWARD", {}, {}};  // MSH-3; PCD-01 wants namespace^EUI-64^EUI-64
    Designator sending_facility;                         // MSH-4
    Designator receiving_application;                    // MSH-5
    Designator receiving_facility;                       // MSH-6
    std::string version = "2.6";                         // MSH-12: 2.5, 2.5.1 or 2.6
    Charset charset = Charset::utf8;                     // MSH-18
    AcknowledgementMode acknowledgement = AcknowledgementMode::enhanced;
    std::string language;  // MSH-19, "de^German^ISO639"; empty: English
    // Assigning authorities by their configured name (model::PatientIdentifier::authority,
    // PseudonymousPatient). The reader leaves them to the one who knows all authorities.
    std::map<std::string, Designator, std::less<>> authorities;
    friend bool operator==(const OruSettings&, const OruSettings&) = default;
};
// Reads sending_application, sending_facility, receiving_application, receiving_facility, version, charset,
// acknowledgement, language of a destination's [….hl7] table.
OruSettings read_oru_settings(config::Section section);

// Whom the report is about, as far as the destination may know.
struct TechnicalOnly {};  // no person: PID-3 stays empty
struct PseudonymousPatient {
    std::string pseudonym;  // PID-3.1
    std::string authority;  // name of the pseudonym's own assigning authority
};
// An anonymised report: PID-3 stays empty, OBX-18 too; the report's location is a name for several wards.
struct AnonymousPatient {
    std::optional<model::AgeBand> age;  // an OBX row 30525-0^Age^LN of type SN
};
using PatientPart =
    std::variant<TechnicalOnly, PseudonymousPatient, const model::Identity*, AnonymousPatient>;

// The device that measured, OBX-18 of its MDS row; anonymised messages do not have it.
struct DeviceFacts {
    std::string id;
    std::string manufacturer;
    std::string model;
    std::string serial;
    std::string eui64;  // 16 hexadecimal digits; empty when it has none
};

struct OruEnvelope {
    std::string control_id;     // MSH-10, and the outbound identifier
    std::string filler_number;  // OBR-3.1 before "-1", "-2", … of each OBR; unique per report
    ZonedTime message_time;     // MSH-7: when the report was handed to delivery, the same on a resend
};

// The message with CR segment ends, in the octets of the settings' character set, without framing.
//
// - One OBR per distinct effective time (and one per waveform time), in time order; OBX-14 only with episodic
//   measurements (non-invasive blood pressure, cardiac output).
// - Numbers are the device's own digits. A value the device calls invalid is not sent: OBX-8 INV, OBX-11 X.
// - The device's free text goes only to identified destinations; others get OBX-8 MSK. Ward, room, bed and
//   visit number likewise; the ward of an anonymised report goes out, being none.
// - MSH-11 is P only when every observation is from normal operation; D with a demonstration value, else T.
//
// Errors: invalid_input when the character set has no place for a character (names the field, never the
// text), when an observation has no code, when a waveform does not hold numbers, or there is no observation;
// misconfigured when an identifier's authority is not among the settings'.
Result<std::string> render_oru(const OruSettings& settings, const OruEnvelope& envelope,
                               const PatientPart& patient, const DeviceFacts& device,
                               const model::Report& report);

}  // namespace edgeward::hl7
