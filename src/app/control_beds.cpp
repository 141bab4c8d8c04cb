// /v1/placements and /v1/stays: which bed a device stands at, and who was in which bed.

#include "control_desk.hpp"
#include "control_request.hpp"

namespace edgeward::app {
namespace {

using nlohmann::json;

constexpr std::size_t most_listed = 1000;

Result<json> place(const ControlParts& parts, const admin::HttpRequest& request) {
    const auto body = object_in_body(request);
    if (!body) return failure(body.error());
    vault::BedPlacement placement;
    auto device = text_in(*body, "device", true);
    if (!device) return failure(std::move(device.error()));
    if (parts.pipeline.catalogue()->devices.find(*device) == nullptr)
        return failure(ErrorKind::invalid_input, "device: expected the id of a device in the registry");
    auto bed = text_in(*body, "bed", true);
    if (!bed) return failure(std::move(bed.error()));
    const auto from = time_in(*body, "from");
    if (!from) return failure(from.error());
    placement.device = *std::move(device);
    placement.bed = *std::move(bed);
    placement.from = *from;
    const auto until = time_or_nothing_in(*body, "until");
    if (!until) return failure(until.error());
    placement.until = *until;
    const auto id = parts.changes.record([&] { return parts.vault.place(placement, actor_of(request)); });
    if (!id) return failure(id.error());
    parts.moved();
    return json{{"placement", *id}};
}

Result<json> end_placement(const ControlParts& parts, const admin::HttpRequest& request) {
    const auto ending = ending_in_body(request);
    if (!ending) return failure(ending.error());
    auto ended = parts.changes.record(
        [&] { return parts.vault.end_placement(ending->device, ending->until, actor_of(request)); });
    if (!ended) return failure(std::move(ended.error()));
    parts.moved();
    return json{{"ended", true}};
}

Result<json> list_placements(const ControlParts& parts, const admin::HttpRequest& request) {
    const auto placements = parts.vault.placements(request.path.at(2));
    if (!placements) return failure(placements.error());
    json made = json::array();
    for (const auto& one : *placements) {
        json placement = {{"placement", one.id}, {"device", one.device}, {"bed", one.bed}};
        placement["from"] = to_rfc3339(one.from);
        placement["until"] = time_or_null(one.until);
        made.push_back(std::move(placement));
    }
    return json{{"placements", std::move(made)}};
}

// Of a bed or of a person. The record comes first: nobody sees who lay where without one.
Result<json> list_stays(const ControlParts& parts, const admin::HttpRequest& request) {
    const auto body = object_in_body(request);
    if (!body) return failure(body.error());
    const auto bed = text_in(*body, "bed", false);
    if (!bed) return failure(bed.error());
    if (bed->empty() != body->contains("patient"))
        return failure(ErrorKind::invalid_input, "expected either a bed or a patient");
    auto stays = Result<std::vector<vault::Stay>>(std::vector<vault::Stay>{});
    if (bed->empty()) {
        const auto patient = identifier_in(*parts.pipeline.catalogue(), body->at("patient"));
        if (!patient) return failure(patient.error());
        stays = parts.vault.stays_of(*patient, most_listed);
    } else {
        stays = parts.vault.stays_in(*bed, most_listed);
    }
    if (!stays) return failure(std::move(stays.error()));
    audit::Event event = make_event(request, audit::Action::association_listed,
                                    bed->empty() ? "stays of a person" : "stays in a bed");
    event.count = stays->size();
    if (auto written = write_audit(parts.writer, std::move(event)); !written) return failure(written.error());
    json made = json::array();
    for (const auto& one : *stays) {
        json stay = {{"bed", one.bed}, {"from", to_rfc3339(one.from)}};
        stay["patient"] = {{"value", one.patient.value}, {"authority", one.patient.authority}};
        stay["until"] = time_or_null(one.until);
        made.push_back(std::move(stay));
    }
    return json{{"stays", std::move(made)}};
}

}  // namespace

admin::Routes bed_routes(const ControlParts& parts) {
    return {
        control_route("POST", "/v1/placements",
                      [parts](const admin::HttpRequest& request) { return place(parts, request); }),
        control_route("POST", "/v1/placements/end",
                      [parts](const admin::HttpRequest& request) { return end_placement(parts, request); }),
        control_route("GET", "/v1/placements/{device}",
                      [parts](const admin::HttpRequest& request) { return list_placements(parts, request); }),
        control_route("POST", "/v1/stays",
                      [parts](const admin::HttpRequest& request) { return list_stays(parts, request); })};
}

}  // namespace edgeward::app
