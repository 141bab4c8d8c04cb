// /v1/devices: the inventory, and what the device watch knows.

#include "asked_ward.hpp"
#include "control_desk.hpp"
#include "control_request.hpp"

namespace edgeward::app {
namespace {

using nlohmann::json;

// One line of the inventory.
struct Listed {
    device::Watched watched;
    device::Device device;
    const char* state = "configured";
    bool by_password = false;
    std::vector<enrolment::IssuedCertificate> certificates;  // newest first
};

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

json to_json(const enrolment::IssuedCertificate& issued) {
    return {{"serial", issued.serial},
            {"sha256", to_hex(issued.fingerprint)},
            {"not_before", to_rfc3339(issued.not_before)},
            {"not_after", to_rfc3339(issued.not_after)},
            {"right", issued.right},
            {"revoked", time_or_null(issued.revoked)}};
}

json to_json(const Listed& one) {
    json made = to_json(one.watched);
    made["state"] = one.state;
    made["proof"] = one.by_password ? "password" : "certificate";
    made["class"] = one.device.kind;
    made["mapping"] = one.device.mapping;
    made["manufacturer"] = one.device.manufacturer;
    made["model"] = one.device.model;
    made["serial"] = one.device.serial;
    made["eui64"] = one.device.eui64;
    made["risk"] = one.device.risk;
    made["software"] = one.device.software;
    made["ward"] = one.device.location.ward;
    made["room"] = one.device.location.room;
    made["bed"] = one.device.location.bed;
    made["certificate"] = one.certificates.empty() ? json(nullptr) : to_json(one.certificates.front());
    return made;
}

device::Device device_of(const enrolment::DeviceEntry& entry) {
    device::Device device;
    device.id = entry.id;
    device.kind = entry.kind;
    device.serial = entry.serial;
    device.eui64 = entry.eui64;
    device.software = entry.software;
    device.location = entry.location;
    return device;
}

const char* state_of(const enrolment::KnownDevice& known, bool described) {
    if (known.revoked) return "revoked";
    return described ? "enrolled" : "no_class";
}

// Devices that are known and never sent anything are there too. Those that may not publish any more are, with
// what the book says of them.
Result<std::map<std::string, Listed>> inventory(const ControlParts& parts) {
    std::map<std::string, Listed> all;
    for (const auto& [id, device] : parts.pipeline.catalogue()->devices.all()) {
        all[id].device = device;
        all[id].watched.device = id;
    }
    for (auto& known : parts.pipeline.watched()) {
        const std::string id = known.device;
        all[id].watched = std::move(known);
    }
    enrolment::DeviceBook* book = parts.enrolled();
    if (book == nullptr) return all;
    const auto enrolled = book->devices();
    if (!enrolled) return failure(enrolled.error());
    const auto accounts = book->accounts();
    if (!accounts) return failure(accounts.error());
    for (const auto& known : *enrolled) {
        Listed& one = all[known.entry.id];
        const bool described = !one.device.id.empty();
        one.state = state_of(known, described);
        one.by_password = accounts->contains(known.entry.id);
        if (!described) one.device = device_of(known.entry);
        one.watched.device = known.entry.id;
        auto certificates = book->certificates_of(known.entry.id);
        if (!certificates) return failure(std::move(certificates.error()));
        one.certificates = *std::move(certificates);
    }
    return all;
}

Result<json> list(const ControlParts& parts, const admin::HttpRequest& request) {
    const auto all = inventory(parts);
    if (!all) return failure(all.error());
    json made = json::array();
    for (const auto& [id, one] : *all) {
        if (in_asked_ward(request, one.device.location.ward)) made.push_back(to_json(one));
    }
    return json{{"devices", std::move(made)}};
}

Result<json> show(const ControlParts& parts, const admin::HttpRequest& request) {
    const auto all = inventory(parts);
    if (!all) return failure(all.error());
    const auto found = all->find(request.path.at(2));
    if (found == all->end()) return failure(ErrorKind::invalid_input, "no such device");
    json made = to_json(found->second);
    json certificates = json::array();
    for (const auto& issued : found->second.certificates)
        certificates.push_back(to_json(issued));
    made["certificates"] = std::move(certificates);
    return made;
}

}  // namespace

admin::Routes device_routes(const ControlParts& parts) {
    return {control_route("GET", "/v1/devices",
                          [parts](const admin::HttpRequest& request) { return list(parts, request); }),
            control_route("GET", "/v1/devices/{device}",
                          [parts](const admin::HttpRequest& request) { return show(parts, request); })};
}

}  // namespace edgeward::app
