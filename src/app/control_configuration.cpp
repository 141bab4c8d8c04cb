// /v1/configuration and /v1/reload.

#include "control_desk.hpp"
#include "control_request.hpp"

namespace edgeward::app {
namespace {

using nlohmann::json;

Result<json> in_force(const ConfigurationInForce& configuration) {
    const auto [settings, mappings] = configuration.read();
    json made = {{"settings", json::array()}, {"mappings", json::array()}};
    for (const auto& setting : settings)
        made["settings"].push_back(
            {{"setting", setting.path}, {"value", setting.value}, {"from", setting.where}});
    for (const auto& mapping : mappings)
        made["mappings"].push_back({{"file", mapping.file}, {"sha256", to_hex(mapping.digest)}});
    return made;
}

}  // namespace

admin::Routes configuration_routes(ConfigurationInForce configuration) {
    auto reload = configuration.reload;
    return {control_route("GET", "/v1/configuration",
                          [configuration = std::move(configuration)](const admin::HttpRequest&) {
                              return in_force(configuration);
                          }),
            control_route("POST", "/v1/reload",
                          [reload = std::move(reload)](const admin::HttpRequest&) -> Result<json> {
                              if (auto done = reload(); !done) return failure(std::move(done.error()));
                              return json{{"reloaded", true}};
                          })};
}

}  // namespace edgeward::app
