#pragma once

#include <functional>
#include <string>

#include <edgeward/access/rate_limit.hpp>
#include <edgeward/admin/http.hpp>
#include <edgeward/core/metrics.hpp>
#include <edgeward/delivery/query_desk.hpp>

namespace edgeward::app {

// What is refused before anybody has looked for data: an OperationOutcome, as every error of a FHIR server.
admin::HttpResponse as_outcome(const admin::HttpResponse& refusal);

// The FHIR server's side of HTTP. All outlive the routes.
struct FhirDoor {
    const delivery::FhirServerSettings& settings;
    delivery::QueryDesk& desk;
    access::RateLimit& limit;  // of requests by the client's name
    const Clock& clock;
    metrics::Registry& metrics;
    std::function<std::string()> zone;     // of dates without one
    std::function<void()> unknown_client;  // a certificate that is trusted and no client's
    std::string version;                   // of the program
};

// /fhir: metadata, and read and search of Observation, Patient and Device (FHIR R4, 3.1.0).
admin::Routes fhir_routes(const FhirDoor& door);

}  // namespace edgeward::app
