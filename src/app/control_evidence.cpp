#include "control_evidence.hpp"

#include <edgeward/core/bytes.hpp>
#include <edgeward/database/database.hpp>

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

}  // namespace

admin::Routes evidence_routes(const EvidenceParts& parts) {
    return {control_route("GET", "/v1/evidence",
                          [parts](const admin::HttpRequest&) -> Result<json> { return evidence(parts); })};
}

}  // namespace edgeward::app
