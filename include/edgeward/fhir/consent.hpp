#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <edgeward/core/result.hpp>
#include <edgeward/model/consent.hpp>

// FHIR R4 Consent of the profile mii-pr-consent-einwilligung (docs/consent.md). Every error is invalid_input
// and names the JSON path and what was expected there, and nothing of what was found. Pure.
namespace edgeward::fhir {

// A Consent resource that stands alone: its patient by identifier, or as the Patient in `contained`.
struct ConsentResource {
    std::string path;  // of the resource in what it came from: "Bundle.entry[2].resource"
    std::string json;
};
// The Consents of a Consent or a Bundle (with Bundles in it, as gICS answers), in order. References to a
// Patient of the same Bundle are resolved; narrative is left out. Refused: a name twice in one object.
Result<std::vector<ConsentResource>> split_consents(std::string_view json);

struct SystemIdentifier {
    std::string system;
    std::string value;
    friend bool operator==(const SystemIdentifier&, const SystemIdentifier&) = default;
};
struct PatientConsent {
    std::vector<SystemIdentifier> patient;  // at least one; all are the same patient's
    model::ConsentDocument document;
};
// One resource of split_consents(). `zone`: of dates without a time.
Result<PatientConsent> read_consent(const ConsentResource& resource, std::string_view zone);

}  // namespace edgeward::fhir
