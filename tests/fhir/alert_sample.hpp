#pragma once

#include <edgeward/fhir/alert_bundle.hpp>

// An alarm about an invented person.
namespace edgeward::fhir::samples {

inline BundleSettings alert_settings() {
    BundleSettings settings;
    settings.device_system = "https://hospital.example/devices";
    settings.source = "urn:oid:1.2.3";
    return settings;
}

inline model::Alert alert() {
    model::Alert made;
    made.id = "7eed79ac-d3ab-88f8-964e-e652c182f483";
    made.sequence = 2;
    made.time = parse_rfc3339("2026-11-26T05:00:11Z")->utc;
    made.priority = model::Alert::Priority::high;
    made.about_person = true;
    made.rule = "spo2-low";
    made.text = "SpO2 \"niedrig\"";
    made.note = "Not the primary alarm";
    made.location = {"ICU", "1", "07"};
    made.device = "monitor-icu-07";
    made.onset = parse_rfc3339("2026-11-26T05:00:01Z")->utc;
    model::AlertValue value;
    value.code.mdc = 150456;
    value.code.mdc_refid = "MDC_PULS_OXIM_SAT_O2";
    value.code.loinc = "59408-5";
    value.code.display = "Oxygen saturation";
    value.value = "85.0";
    value.ucum = "%";
    value.effective = made.onset;
    value.below = "88";
    made.values = {value};
    return made;
}

}  // namespace edgeward::fhir::samples
