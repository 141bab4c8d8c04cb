#include "control_traffic.hpp"

#include "control_request.hpp"

namespace edgeward::app {
namespace {

using nlohmann::json;

json to_json(const TrafficHistory::Traffic& traffic) {
    json destinations = json::object();
    for (const auto& [name, flow] : traffic.destinations)
        destinations[name] = {{"delivered", flow.delivered}, {"pending", flow.pending}};
    return {{"until", to_rfc3339(traffic.until)},
            {"seconds", traffic.seconds},
            {"received", traffic.received},
            {"destinations", std::move(destinations)}};
}

}  // namespace

admin::Routes traffic_routes(const TrafficHistory& history) {
    return {control_route("GET", "/v1/traffic", [&history](const admin::HttpRequest&) -> Result<json> {
        return to_json(history.traffic());
    })};
}

}  // namespace edgeward::app
