#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <edgeward/fhir/bundle.hpp>

// Resources as a FHIR server of ours gives them: each with an id, referring to others of the same server.
// Their content is that of render_bundle, identified. docs/fhir-server.md. Pure. Threads: any.
namespace edgeward::fhir {

struct Served {
    std::string id;
    std::string body;  // UTF-8 JSON
};

// Ids of what observations refer to.
struct ServedNames {
    std::string_view patient;
    std::string_view device;
};

// The observations of one report about a person, but for technical and laboratory ones. An id is
// "<report>-<uuid>": the number finds the report, the UUID nobody can guess the one in it.
std::vector<Served> serve_observations(const BundleSettings& settings, const model::Report& report,
                                       std::uint64_t number, const ServedNames& names,
                                       const NameGiver& uuid_of);
// The number in such an id; nothing: no such id.
std::optional<std::uint64_t> report_in_id(std::string_view id);

Served serve_patient(const BundleSettings& settings, const model::Identity& identity, std::string id);

// Of a device, the same for all clients of one server.
std::string served_device_id(const BundleSettings& settings, const DeviceFacts& device,
                             const NameGiver& uuid_of);
// Has it that identifier? Of a Device or a Patient.
bool has_identifier(const Served& resource, std::string_view system, std::string_view value);
Served serve_device(const BundleSettings& settings, const DeviceFacts& device, const NameGiver& uuid_of);

}  // namespace edgeward::fhir
