#include "control_evidence.hpp"

#include <edgeward/core/bytes.hpp>
#include <edgeward/database/database.hpp>
#include <edgeward/report/papers.hpp>

#include "control_request.hpp"

namespace edgeward::app {
namespace {

using nlohmann::json;

json evidence(const EvidenceParts& parts) {
    const auto policies = parts.policies();
    const auto proven = database::prove_encryption(parts.folder);
    json made = {
        {"made", to_rfc3339(parts.clock.now())},
        {"policies", {{"count", policies.size()}, {"sha256", to_hex(policies.digest())}}},
        {"encryption", {{"holds", proven.has_value()}, {"reason", proven ? "" : proven.error().message}}},
        {"certificates", json::array()}};
    for (const auto& [credential, seconds] : parts.certificates())
        made["certificates"].push_back({{"credential", credential}, {"seconds_left", seconds}});
    return made;
}

// The same as `edgeward report dataflow --format json`, of the configuration in force.
Result<json> dataflow(const EvidenceParts& parts, const admin::HttpRequest& request) {
    const auto asked = request.query.find("language");
    const std::string language = asked == request.query.end() ? "en" : asked->second;
    if (language != "de" && language != "en")
        return failure(ErrorKind::invalid_input, "language: expected de or en");
    auto installation = parts.installation();
    installation.made = parts.clock.now();
    return json::parse(report::dataflow_json(
        installation, language == "de" ? report::Language::german : report::Language::english));
}

}  // namespace

admin::Routes evidence_routes(const EvidenceParts& parts) {
    return {control_route("GET", "/v1/evidence",
                          [parts](const admin::HttpRequest&) -> Result<json> { return evidence(parts); }),
            control_route("GET", "/v1/dataflow",
                          [parts](const admin::HttpRequest& request) { return dataflow(parts, request); })};
}

}  // namespace edgeward::app
