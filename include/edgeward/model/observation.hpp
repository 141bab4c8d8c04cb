#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <edgeward/core/time.hpp>
#include <edgeward/model/decimal.hpp>

namespace edgeward::model {

// Names an observation for ever: the same measurement of the same device always gets the same id, so that a
// message delivered twice changes nothing (design: effectively once).
//
//   octets 0-3   hours since 1970-01-01T00:00Z of the effective time, big-endian
//   octets 4-6   milliseconds within the hour; low 24 bits of the device's sequence where the time is that of
//   receipt octets 7-15  first 72 bits of SHA-256 over device id, device sequence or time, code, sub-id and
//   value octets
//
// Ids grow with time, so that new ones lie together in the store's index.
struct ObservationId {
    std::array<std::uint8_t, 16> octets{};
    friend auto operator<=>(const ObservationId&, const ObservationId&) = default;
};

// What was measured, in every vocabulary that names it. Empty means unknown in that vocabulary.
struct Code {
    std::uint32_t mdc = 0;     // ISO/IEEE 11073-10101 context-free code; 0: none
    std::string mdc_refid;     // MDC_ECG_HEART_RATE
    std::string loinc;         // 8867-4
    std::string snomed;        // 364075005
    std::string display;       // "Heart rate", ours or the vocabulary's, never the device's text
    std::string local_system;  // URI or name of a vendor's vocabulary
    std::string local_code;    // the vendor's code
    friend bool operator==(const Code&, const Code&) = default;
};

struct Quantity {
    Decimal value;
    std::string ucum;        // "/min", "mm[Hg]"; "1" for dimensionless
    std::string comparator;  // "", "<", "<=", ">=", ">"
    friend bool operator==(const Quantity&, const Quantity&) = default;
};
struct Text {
    std::string text;  // free text of the device: may name a person
    friend bool operator==(const Text&, const Text&) = default;
};
struct CodedValue {
    std::string system;  // URI
    std::string code;
    std::string display;
    friend bool operator==(const CodedValue&, const CodedValue&) = default;
};
// A waveform: equidistant samples, FHIR R4 SampledData. Value i = origin + factor * sample i.
struct SampledData {
    Decimal origin;
    Decimal factor = Decimal::from_integer(1);
    std::chrono::microseconds period{};
    std::string ucum;
    std::string samples;  // decimals separated by one space; "E" missing, "U" above, "L" below limit
    friend bool operator==(const SampledData&, const SampledData&) = default;
};
using Value = std::variant<std::monostate, Quantity, Text, CodedValue, bool, SampledData>;

// Why there is no value; only with std::monostate. FHIR data-absent-reason / OBX-8.
enum class AbsentReason : std::uint8_t {
    none,
    temp_unknown /*NAV*/,
    error /*INV*/,
    not_performed /*OFF*/,
    masked
};

// How far the device itself trusts the value: OBX-8 none, QUES, INV; meta.security RELIABLE, UNCERTREL,
// UNRELIABLE.
enum class Quality : std::uint8_t { reliable, questionable, invalid };

enum class Category : std::uint8_t {
    vital_sign,   // FHIR category vital-signs
    measurement,  // other clinical measurement
    setting,      // what the device was told to do: OBX-17 ASET/MSET, never a measurement
    laboratory,
    technical,  // about the device alone (battery, lead-off, firmware): carries no person
};

// P: normal operation; T: test; D: demonstration. Only P may reach a patient record (SDPi, OBX-8 TEST/DEMO).
enum class Mode : std::uint8_t { production, test, demo };

// How final a result is: HL7 v2 table 0085 (OBX-11).
enum class ResultStatus : std::uint8_t {
    unverified,     // R: as the device gave it, what a device without a word of it means
    preliminary,    // P, S
    final,          // F: validated
    corrected,      // C: takes the place of what was sent before
    deleted,        // D: what was sent before is withdrawn
    wrong_patient,  // W: what was sent before was another person's
};
// Whether what was sent before must not be used any more.
constexpr bool is_withdrawal(ResultStatus status) noexcept {
    return status == ResultStatus::deleted || status == ResultStatus::wrong_patient;
}

// How it was done, beside the category (a setting is set, all else measured): IHE PCD TF-2 B.8, OBX-17.
enum class Method : std::uint8_t { automatic, manual, automatic_calculation, manual_calculation };

// What the sender says about a value beyond the value itself.
struct Appraisal {
    ResultStatus status = ResultStatus::unverified;
    Method method = Method::automatic;
    std::string low;             // reference range or alarm limits in the unit of the value, as Decimal text;
    std::string high;            // empty: open or not stated
    std::string interpretation;  // HL7 table 0078 codes, several with '~' between: "H", "LL", "A"
    friend bool operator==(const Appraisal&, const Appraisal&) = default;
};

// Names what all versions of a result have in common: first 16 octets of a digest. All zero: it has no
// versions.
using ResultKey = std::array<std::uint8_t, 16>;

// What part of the device measured something, by the device's own numbers (OBX-4): a virtual medical device
// and a channel of it, 0 being the VMD itself. All zero: the device does not say.
struct Part {
    std::uint16_t vmd = 0;
    std::uint16_t channel = 0;
    friend auto operator<=>(const Part&, const Part&) = default;
};

// One coded measurement. Has no field for an identity.
struct Observation {
    ObservationId id;
    Code code;
    Value value;
    AbsentReason absent = AbsentReason::none;
    Quality quality = Quality::reliable;
    Category category = Category::measurement;
    Mode mode = Mode::production;
    ZonedTime effective;            // when it was measured, by the device's clock
    std::uint16_t containment = 0;  // metric number below its channel (OBX-4), stable for one mapping; from 1
    Part part = {};
    std::string body_site;  // MDC code or SNOMED, empty when not stated
    Appraisal appraisal = {};
    ResultKey result = {};
    friend bool operator==(const Observation&, const Observation&) = default;
};

std::string_view name_of(Category category) noexcept;
std::string_view name_of(Quality quality) noexcept;
std::string_view name_of(AbsentReason reason) noexcept;
std::string_view name_of(Mode mode) noexcept;
std::string_view name_of(ResultStatus status) noexcept;

}  // namespace edgeward::model
