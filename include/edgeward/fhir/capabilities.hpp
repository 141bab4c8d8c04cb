#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <edgeward/core/result.hpp>
#include <edgeward/fhir/bundle.hpp>

// What a FHIR server states it can do (CapabilityStatement of R4). Pure. Threads: any.
namespace edgeward::fhir {

struct Capabilities {
    // The statement as one text that differs only when what is stated does: members in order, without id,
    // meta, text and date.
    std::string stated;
    // What bundles of that form need and the statement does not have, in our own words: "format json",
    // "interaction transaction", "create of Observation".
    std::vector<std::string> missing;
};

// invalid_input: not a CapabilityStatement.
Result<Capabilities> read_capabilities(std::string_view body, BundleForm form);

}  // namespace edgeward::fhir
