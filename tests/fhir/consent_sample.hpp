#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

// Consents in the shape of the published examples of the profile mii-pr-consent-einwilligung: of
// medizininformatik-initiative/kerndatensatzmodul-consent (Consent-5143266b-….json: root deny, nested deny
// with a time of day until 3000, reference to a Patient of the Bundle) and of mii-testdata
// (Consent-mii-exa-test-data-patient-1-consent-1.json: permits of 6, 7, 8, 9, 19, 20, 22 by dates).
namespace edgeward::fhir::sample {

using nlohmann::json;

inline constexpr auto profile =
    "https://www.medizininformatik-initiative.de/fhir/modul-consent/StructureDefinition/"
    "mii-pr-consent-einwilligung";
inline constexpr auto code_system = "urn:oid:2.16.840.1.113883.3.1937.777.24.5.3";

inline json provision(const char* type, int code, const std::string& start = "2024-02-23",
                      const std::string& end = "2054-01-31") {
    return {{"type", type},
            {"period", {{"start", start}, {"end", end}}},
            {"code",
             {{{"coding",
                {{{"system", code_system},
                  {"code", "2.16.840.1.113883.3.1937.777.24.5.3." + std::to_string(code)},
                  {"display", "what the code says"}}}}}}}};
}

// Of the patient with that identifier.
inline json consent(std::vector<json> provisions, const std::string& patient = "4711",
                    const std::string& system = "https://kis.example/patient") {
    return {{"resourceType", "Consent"},
            {"id", "consent-1"},
            {"meta", {{"lastUpdated", "2024-02-23T12:00:00.000+01:00"}, {"profile", {profile}}}},
            {"text", {{"status", "generated"}, {"div", "<div>Erika Mustermann</div>"}}},
            {"status", "active"},
            {"scope",
             {{"coding",
               {{{"system", "http://terminology.hl7.org/CodeSystem/consentscope"}, {"code", "research"}}}}}},
            {"category", {{{"coding", {{{"system", "http://loinc.org"}, {"code", "57016-8"}}}}}}},
            {"patient", {{"identifier", {{"system", system}, {"value", patient}}}}},
            {"dateTime", "2024-02-23T12:00:00+01:00"},
            {"policy", {{{"uri", "urn:oid:2.16.840.1.113883.3.1937.777.24.2.1791"}}}},
            {"provision",
             {{"type", "deny"},
              {"period", {{"start", "2024-02-23"}, {"end", "2054-01-31"}}},
              {"provision", std::move(provisions)}}}};
}

// Data may be collected and used for research.
inline json broad(const std::string& patient = "4711") {
    return consent({provision("permit", 6), provision("permit", 7), provision("permit", 8),
                    provision("permit", 19), provision("permit", 48)},
                   patient);
}

// The Patient apart, as consent management sends it.
inline json bundle_of(json consent, const std::string& patient = "4711",
                      const std::string& system = "https://kis.example/patient") {
    consent["patient"] = {{"reference", "Patient/531cef77-2a30-4283-944d-affaf9ae234e"}};
    json person = {{"resourceType", "Patient"},
                   {"id", "531cef77-2a30-4283-944d-affaf9ae234e"},
                   {"name", {{{"family", "Mustermann"}}}},
                   {"identifier",
                    {{{"system", "https://research.example/psn"}, {"value", "MII-CONSENT-TESTPSN-0002"}},
                     {{"system", system}, {"value", patient}}}}};
    return {{"resourceType", "Bundle"},
            {"type", "searchset"},
            {"entry",
             {{{"fullUrl", "https://gics.example/fhir/Consent/consent-1"}, {"resource", std::move(consent)}},
              {{"fullUrl", "https://gics.example/fhir/Patient/531cef77-2a30-4283-944d-affaf9ae234e"},
               {"resource", std::move(person)}},
              {{"resource", {{"resourceType", "Provenance"}}}}}}};
}

}  // namespace edgeward::fhir::sample
