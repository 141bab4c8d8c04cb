// /v1/devices: what the device watch knows.

#include "control_desk.hpp"
#include "control_request.hpp"

namespace edgeward::app {
namespace {

using nlohmann::json;

json to_json(const device::Watched& known) {
    json raised = json::array();
    for (std::size_t i = 0; i < device::conditions; ++i) {
        const auto condition = static_cast<device::Condition>(i);
        if (known.has(condition)) raised.push_back(device::name_of(condition));
    }
    json made = {
        {"device", known.device},         {"conditions", std::move(raised)},    {"missing", known.missing},
        {"duplicates", known.duplicates}, {"out_of_order", known.out_of_order}, {"restarts", known.restarts}};
    made["received"] = time_or_null(known.received);
    made["sequence"] = known.sequence ? json(*known.sequence) : json(nullptr);
    made["clock_offset_ms"] = known.clock_offset ? json(*known.clock_offset) : json(nullptr);
    made["learned_rate"] = device::is_learned(known) ? json(known.mean) : json(nullptr);
    made["learned_over_periods"] = known.stretch;
    return made;
}

// Registered devices that never sent anything are there too, with nothing known.
std::vector<device::Watched> devices_of(const ControlParts& parts) {
    std::map<std::string, device::Watched> all;
    for (const auto& [id, device] : parts.pipeline.catalogue()->devices.all())
        all[id].device = id;
    for (auto& known : parts.pipeline.watched())
        all.insert_or_assign(known.device, known);
    std::vector<device::Watched> devices;
    for (auto& [id, known] : all)
        devices.push_back(std::move(known));
    return devices;
}

Result<json> list(const ControlParts& parts) {
    json made = json::array();
    for (const auto& known : devices_of(parts))
        made.push_back(to_json(known));
    return json{{"devices", std::move(made)}};
}

Result<json> show(const ControlParts& parts, const admin::HttpRequest& request) {
    const std::string& id = request.path.at(2);
    for (const auto& known : devices_of(parts)) {
        if (known.device != id) continue;
        json made = to_json(known);
        const auto catalogue = parts.pipeline.catalogue();
        if (const auto* device = catalogue->devices.find(id)) {
            made["mapping"] = device->mapping;
            made["ward"] = device->location.ward;
            made["room"] = device->location.room;
            made["bed"] = device->location.bed;
        }
        return made;
    }
    return failure(ErrorKind::invalid_input, "no such device");
}

}  // namespace

admin::Routes device_routes(const ControlParts& parts) {
    return {control_route("GET", "/v1/devices", [parts](const admin::HttpRequest&) { return list(parts); }),
            control_route("GET", "/v1/devices/{device}",
                          [parts](const admin::HttpRequest& request) { return show(parts, request); })};
}

}  // namespace edgeward::app
