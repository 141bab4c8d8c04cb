#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <edgeward/core/time.hpp>
#include <edgeward/fhir/media_type.hpp>
#include <edgeward/fhir/served_resource.hpp>

// What a FHIR server of ours answers with beside the resources themselves. Pure. Threads: any.
namespace edgeward::fhir {

// An OperationOutcome with one error. `code`: of http://hl7.org/fhir/issue-type.
std::string operation_outcome(std::string_view code, std::string_view diagnostics);

// A Bundle of type searchset. `self` and `next` are whole addresses; no `next`: this is all that was left.
struct SearchSet {
    std::string_view base;
    std::string_view type;
    std::span<const Served> found;
    std::string self;
    std::string next = {};
    std::optional<std::size_t> total = {};  // of the whole search, where it is known
};
std::string search_set(const SearchSet& set);

// The CapabilityStatement of this server.
struct ServerFacts {
    std::string_view base;
    std::string_view version;  // of the program
    Instant since{};           // it states this
};
std::string capability_statement(const ServerFacts& facts);

}  // namespace edgeward::fhir
