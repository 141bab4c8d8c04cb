#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <edgeward/config/document.hpp>
#include <edgeward/delivery/destination_settings.hpp>
#include <edgeward/fhir/bundle.hpp>
#include <edgeward/net/tls.hpp>

namespace edgeward::delivery {

// One entry of [[fhir_server.client]]: who may ask, and what it may see, as a destination has it. Policies
// know it as a Destination of its name.
struct FhirClient {
    DestinationSettings sees;                    // identified and for treatment; without form and queue
    std::vector<std::string> certificate_names;  // common names of its certificates
};

// [fhir_server]: measurements for those who come to fetch them (docs/fhir-server.md).
struct FhirServerSettings {
    bool enabled = false;
    std::string address = "127.0.0.1";  // an IP address; "::" or "0.0.0.0" for all interfaces
    std::uint16_t port = 9445;          // 0: one the system chooses
    std::string base;                   // https URL by which clients reach it, without a slash at its end
    net::TlsSettings tls{
        .ca = "ca", .certificate = "admin-certificate", .key = "admin-key", .crl = {}, .server_name = {}};
    fhir::BundleSettings resources;         // how they look
    std::size_t requests_per_minute = 120;  // of one client
    std::size_t max_connections = 32;
    std::chrono::milliseconds request_timeout = std::chrono::seconds(10);
    std::vector<FhirClient> clients;
};

// Reads the table [fhir_server] and its [[fhir_server.client]]. A client has no destination's name.
FhirServerSettings read_fhir_server_settings(config::Section section,
                                             const std::vector<Authority>& authorities,
                                             const std::vector<DestinationSettings>& destinations);

}  // namespace edgeward::delivery
