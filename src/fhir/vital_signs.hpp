#pragma once

#include <cstdint>
#include <string_view>

#include <edgeward/fhir/bundle.hpp>
#include <edgeward/model/observation.hpp>

// The vital signs that have profiles of their own, and the codings those profiles require.
// FHIR R4 vital signs (observation-vitalsigns), gematik ISiK Vitalparameter 4.0.1.
namespace edgeward::fhir {

struct VitalSign {
    std::string_view loinc;    // the "magic" code every such observation carries
    std::string_view display;  // LOINC long common name
    std::string_view snomed;   // of the ISiK profile
    std::uint32_t mdc = 0;     // IEEE 11073 code the ISiK profile fixes
    std::string_view refid;
    std::string_view base_profile;  // last part of http://hl7.org/fhir/StructureDefinition/…
    std::string_view isik_profile;  // last part of https://gematik.de/fhir/isik/StructureDefinition/…
};

// The profiled vital sign this observation is one of; null when it is none. Units are not looked at.
const VitalSign* vital_sign_of(const model::Code& code);

// May a quantity in this unit claim the profile?
bool unit_fits(const VitalSign& sign, std::string_view ucum, ProfileSet profiles);

// May the MDC code of the ISiK profile stand beside the device's own code? Not where it would say something
// else: a pulse found by the oximeter is no ECG heart rate.
bool mdc_may_be_added(const VitalSign& sign, std::uint32_t own);

// The panel 85354-9.
const VitalSign& blood_pressure_panel();

}  // namespace edgeward::fhir
