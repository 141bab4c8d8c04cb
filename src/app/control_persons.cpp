// /v1/persons and /v1/associations: who is who, whose bed a device stands at.

#include "control_desk.hpp"
#include "control_request.hpp"

namespace edgeward::app {
namespace {

using nlohmann::json;

Result<model::Identity> identity_in(const ControlParts& parts, const json& object) {
    model::Identity identity;
    const auto given = object.find("identifiers");
    if (given == object.end() || !given->is_array() || given->empty()) {
        return failure(ErrorKind::invalid_input, "identifiers: expected at least one");
    }
    for (const auto& one : *given) {
        auto identifier = identifier_in(*parts.pipeline.catalogue(), one);
        if (!identifier) return failure(std::move(identifier.error()));
        identity.identifiers.push_back(*std::move(identifier));
    }
    const std::pair<const char*, std::string*> texts[] = {{"family", &identity.family},
                                                          {"given", &identity.given},
                                                          {"birth_date", &identity.birth_date},
                                                          {"sex", &identity.sex},
                                                          {"visit_number", &identity.visit_number}};
    for (const auto& [field, text] : texts) {
        auto read = text_in(object, field, false);
        if (!read) return failure(std::move(read.error()));
        *text = *std::move(read);
    }
    return identity;
}

Result<json> admit(const ControlParts& parts, const admin::HttpRequest& request) {
    const auto body = object_in_body(request);
    if (!body) return failure(body.error());
    const auto identity = identity_in(parts, *body);
    if (!identity) return failure(identity.error());
    const auto admitted =
        parts.changes.record([&] { return parts.vault.admit(*identity, actor_of(request)); });
    if (!admitted) return failure(admitted.error());
    return json{{"admitted", true}};
}

Result<json> associate(const ControlParts& parts, const admin::HttpRequest& request) {
    const auto body = object_in_body(request);
    if (!body) return failure(body.error());
    vault::Association association;
    auto device = text_in(*body, "device", true);
    if (!device) return failure(std::move(device.error()));
    if (parts.pipeline.catalogue()->devices.find(*device) == nullptr) {
        return failure(ErrorKind::invalid_input, "device: expected the id of a device in the registry");
    }
    auto patient = patient_in(*parts.pipeline.catalogue(), *body);
    if (!patient) return failure(std::move(patient.error()));
    auto from = time_in(*body, "from");
    if (!from) return failure(std::move(from.error()));
    association.device = *std::move(device);
    association.patient = *std::move(patient);
    association.from = *from;
    const auto until = time_or_nothing_in(*body, "until");
    if (!until) return failure(until.error());
    association.until = *until;
    const auto id =
        parts.changes.record([&] { return parts.vault.associate(association, actor_of(request)); });
    if (!id) return failure(id.error());
    parts.moved();
    return json{{"association", *id}};
}

Result<json> end_association(const ControlParts& parts, const admin::HttpRequest& request) {
    const auto ending = ending_in_body(request);
    if (!ending) return failure(ending.error());
    auto ended = parts.changes.record(
        [&] { return parts.vault.end_association(ending->device, ending->until, actor_of(request)); });
    if (!ended) return failure(std::move(ended.error()));
    parts.moved();
    return json{{"ended", true}};
}

Result<json> list_associations(const ControlParts& parts, const admin::HttpRequest& request) {
    const auto associations = parts.vault.associations(request.path.at(2));
    if (!associations) return failure(associations.error());
    audit::Event event = make_event(request, audit::Action::association_listed, request.path.at(2));
    event.count = associations->size();
    if (auto written = write_audit(parts.writer, std::move(event)); !written) return failure(written.error());
    json made = json::array();
    for (const auto& association : *associations) {
        json one = {
            {"association", association.id},
            {"device", association.device},
            {"patient", {{"value", association.patient.value}, {"authority", association.patient.authority}}},
            {"from", to_rfc3339(association.from)}};
        one["until"] = time_or_null(association.until);
        made.push_back(std::move(one));
    }
    return json{{"associations", std::move(made)}};
}

}  // namespace

admin::Routes person_routes(const ControlParts& parts) {
    return {
        control_route("POST", "/v1/persons",
                      [parts](const admin::HttpRequest& request) { return admit(parts, request); }),
        control_route("POST", "/v1/associations",
                      [parts](const admin::HttpRequest& request) { return associate(parts, request); }),
        control_route("POST", "/v1/associations/end",
                      [parts](const admin::HttpRequest& request) { return end_association(parts, request); }),
        control_route("GET", "/v1/associations/{device}", [parts](const admin::HttpRequest& request) {
            return list_associations(parts, request);
        })};
}

}  // namespace edgeward::app
