#pragma once

#include <nlohmann/json.hpp>

// Answers of /v1/persons/access, as docs/control-api.md has them.
namespace edgeward::app::sample {

inline nlohmann::json access_head() {
    return nlohmann::json::parse(R"json({
        "known": true, "made": "2026-11-24T08:00:00.000Z",
        "person": {"identifiers": [{"value": "4711", "authority": "KIS", "type": "MR",
                                    "system": "https://kis.example/patient"}],
                   "family": "Müller", "given": "Erika", "birth_date": "1964-08-12", "sex": "female",
                   "visit_number": "F1"},
        "stays": [{"bed": "ITS1^1^1", "from": "2026-11-20T08:00:00.000Z", "until": null}],
        "devices": [{"device": "monitor-1", "from": "2026-11-20T08:00:00.000Z",
                     "until": "2026-11-21T08:00:00.000Z"}],
        "consents": {"purposes": {}, "entries": [],
                     "documents": [{"identifier": "urn:x|C-1", "id": "c1", "status": "active",
                                    "recorded": "2026-11-20T08:00:00.000Z",
                                    "provisions": [{"code": 6, "decision": "permit", "from": null,
                                                    "until": null, "decides": true}]}]},
        "quarantine": [{"reason": "no_association", "messages": 2}],
        "recipients": [{"destination": "research-hub", "purposes": ["treatment"], "legal_bases": ["art9-2h"],
                        "levels": ["identified"], "reports": 3, "first": "2026-11-20T08:00:00.000Z",
                        "last": "2026-11-21T08:00:00.000Z", "acknowledged": {"reports": 3}}],
        "keeping": {"measurements_days": 30, "dead_letters_days": 365, "quarantine_days": 30}})json");
}

inline nlohmann::json access_page() {
    return nlohmann::json::parse(R"json({
        "reports": [{"device": "monitor-1", "ward": "ITS1", "received": "2026-11-23T12:00:01.000Z",
                     "observations": [{"time": "2026-11-23T12:00:00.000Z", "name": "Heart rate",
                                       "loinc": "8867-4", "category": "vital_sign", "quality": "reliable",
                                       "withheld": false, "value": "62 /min"}]}],
        "entries": [{"fullUrl": "urn:uuid:1", "resource": {"resourceType": "Patient"}},
                    {"fullUrl": "urn:uuid:2", "resource": {"resourceType": "Observation"}}],
        "next": null})json");
}

}  // namespace edgeward::app::sample
