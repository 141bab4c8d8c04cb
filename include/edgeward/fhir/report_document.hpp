#pragma once

#include <edgeward/fhir/bundle.hpp>

// The report of a subsystem as gematik ISiK Basismodul 4.0 has it pushed (ISiKBerichtBundle): the one message
// from outside that every confirmed primary system takes. docs/fhir-output.md shows it.
//
//   Bundle (document) = Composition   text for people, subject, encounter, the Device as its author
//                       Patient, Encounter, Device, Observation …
namespace edgeward::fhir {

// One report about one identified person. The same report gives the same octets; one that is taken back has
// the identifier it was sent under, so that the receiver replaces it.
//
// Errors: invalid_input (no observation, or nobody identified), misconfigured (no identifier of the person
// has a configured authority), rejected (no visit of the person is known: nobody would take it yet).
Result<Bundle> render_report_document(const BundleSettings& settings, const ReportPart& report,
                                      const NameGiver& uuid_of);

}  // namespace edgeward::fhir
