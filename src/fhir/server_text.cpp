#include <edgeward/fhir/server_text.hpp>

#include "json_text.hpp"

namespace edgeward::fhir {
namespace {

void append_member(std::string& out, std::string_view name, std::string_view text) {
    separate(out);
    append_string(out, name);
    out += ':';
    append_string(out, text);
}

void append_link(std::string& out, std::string_view relation, std::string_view url) {
    separate(out);
    out += '{';
    append_member(out, "relation", relation);
    append_member(out, "url", url);
    out += '}';
}

void append_parameter(std::string& out, std::string_view name, std::string_view type) {
    separate(out);
    out += '{';
    append_member(out, "name", name);
    append_member(out, "type", type);
    out += '}';
}

struct Parameter {
    std::string_view name;
    std::string_view type;
};

void append_resource(std::string& out, std::string_view type, std::span<const Parameter> parameters) {
    separate(out);
    out += '{';
    append_member(out, "type", type);
    out += R"(,"interaction":[{"code":"read"},{"code":"search-type"}],"versioning":"no-version")";
    out += R"(,"searchParam":[)";
    for (const auto& parameter : parameters)
        append_parameter(out, parameter.name, parameter.type);
    out += "]}";
}

}  // namespace

std::string operation_outcome(std::string_view code, std::string_view diagnostics) {
    std::string out = R"({"resourceType":"OperationOutcome","issue":[{"severity":"error")";
    append_member(out, "code", code);
    append_member(out, "diagnostics", diagnostics);
    out += "}]}";
    return out;
}

std::string search_set(const SearchSet& set) {
    std::string out = R"({"resourceType":"Bundle","type":"searchset")";
    if (set.total) {
        out += R"(,"total":)";
        out += std::to_string(*set.total);
    }
    out += R"(,"link":[)";
    append_link(out, "self", set.self);
    if (!set.next.empty()) append_link(out, "next", set.next);
    out += ']';
    if (!set.found.empty()) out += R"(,"entry":[)";
    for (const auto& one : set.found) {
        separate(out);
        out += '{';
        std::string url(set.base);
        url.append("/").append(set.type).append("/").append(one.id);
        append_member(out, "fullUrl", url);
        out += R"(,"resource":)";
        out += one.body;
        out += R"(,"search":{"mode":"match"}})";
    }
    if (!set.found.empty()) out += ']';
    out += '}';
    return out;
}

std::string capability_statement(const ServerFacts& facts) {
    constexpr Parameter of_observations[] = {
        {"_id", "token"},           {"category", "token"},       {"code", "token"},
        {"combo-code", "token"},    {"component-code", "token"}, {"date", "date"},
        {"encounter", "reference"}, {"patient", "reference"},    {"status", "token"},
        {"subject", "reference"}};
    constexpr Parameter by_identifier[] = {{"_id", "token"}, {"identifier", "token"}};
    std::string out = R"({"resourceType":"CapabilityStatement","status":"active")";
    append_member(out, "date", to_rfc3339(facts.since));
    out += R"(,"kind":"instance")";
    out += R"(,"software":{"name":"Edgeward")";
    append_member(out, "version", facts.version);
    out += R"(},"implementation":{"description":"Measurements of medical devices")";
    append_member(out, "url", facts.base);
    out +=
        R"(},"fhirVersion":"4.0.1","format":["application/fhir+json","application/fhir+xml"],"rest":[{"mode":"server")";
    out += R"(,"security":{"cors":false,"description":"TLS with a client certificate that is configured"})";
    out += R"(,"resource":[)";
    append_resource(out, "Observation", of_observations);
    append_resource(out, "Patient", by_identifier);
    append_resource(out, "Device", by_identifier);
    out += "]}]}";
    return out;
}

}  // namespace edgeward::fhir
