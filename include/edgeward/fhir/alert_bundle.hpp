#pragma once

#include <string>

#include <edgeward/fhir/bundle.hpp>
#include <edgeward/model/alert.hpp>

// Alarms as FHIR R4 (4.0.1): a transaction bundle with one DetectedIssue (docs/adr/0048, docs/alarms.md).
//
//   raised                              POST, ifNoneExist identifier=urn:ietf:rfc:3986|urn:uuid:<alarm>
//   escalated, acknowledged, ended      PUT DetectedIssue?identifier=…
//
// The identifier is the alarm's and never changes, so a bundle sent twice adds nothing, and a server that
// missed an earlier notice gets the alarm by a later one. Pure. Threads: any.
namespace edgeward::fhir {

// Reads conditional_form, device_system and source of a target's table; `device_system` is required.
BundleSettings read_alert_settings(config::Section section);

// Severity by priority, preliminary until it has ended, the time as identifiedPeriod, an acknowledgement as
// mitigation; values are Observations it contains. What is about a person is labelled PSEUDED and has no
// patient.
std::string render_alert_bundle(const BundleSettings& settings, const model::Alert& alert);

}  // namespace edgeward::fhir
