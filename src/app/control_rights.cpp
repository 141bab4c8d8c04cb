// /v1/persons/rectify, …/restrict, …/restrictions and /v1/restrictions: Art. 16 and 18 DSGVO.

#include "control_consents.hpp"
#include "control_request.hpp"

namespace edgeward::app {
namespace {

using nlohmann::json;

// A text field that is there; nothing: it is not. An empty text is there.
Result<std::optional<std::string>> given_text(const json& object, const char* field) {
    if (!object.contains(field)) return std::optional<std::string>();
    auto text = text_in(object, field, false);
    if (!text) return failure(std::move(text.error()));
    return std::optional(*std::move(text));
}

Result<std::vector<model::PatientIdentifier>> identifiers_in(const ControlParts& parts, const json& object,
                                                             const char* field) {
    std::vector<model::PatientIdentifier> made;
    const auto given = object.find(field);
    if (given == object.end()) return made;
    if (!given->is_array())
        return failure(ErrorKind::invalid_input, std::string(field) + ": expected a list of identifiers");
    for (const auto& one : *given) {
        auto identifier = identifier_in(*parts.pipeline.catalogue(), one);
        if (!identifier) return failure(std::move(identifier.error()).during(field));
        made.push_back(*std::move(identifier));
    }
    return made;
}

Result<vault::Rectification> rectification_in(const ControlParts& parts, const json& body) {
    vault::Rectification made;
    const std::pair<const char*, std::optional<std::string>*> texts[] = {
        {"family", &made.family},
        {"given", &made.given},
        {"birth_date", &made.birth_date},
        {"sex", &made.sex},
        {"visit_number", &made.visit_number}};
    for (const auto& [field, text] : texts) {
        auto read = given_text(body, field);
        if (!read) return failure(std::move(read.error()));
        *text = *std::move(read);
    }
    const std::pair<const char*, std::vector<model::PatientIdentifier>*> lists[] = {
        {"add_identifiers", &made.added}, {"remove_identifiers", &made.removed}};
    for (const auto& [field, list] : lists) {
        auto read = identifiers_in(parts, body, field);
        if (!read) return failure(std::move(read.error()));
        *list = *std::move(read);
    }
    return made;
}

// What is wrong at receivers, they have to be told (Art. 19): of an identity, those that may have got one.
Result<json> told_of_identity(const ControlParts& parts, const admin::HttpRequest& request,
                              const model::PatientIdentifier& patient) {
    auto all = recipients_of_patient(parts, request, patient, std::nullopt);
    if (!all) return all;
    json made = json::array();
    for (auto& one : *all) {
        const auto& levels = one.at("levels");
        const bool named =
            levels.empty() || std::find(levels.begin(), levels.end(), "identified") != levels.end();
        if (named) made.push_back(std::move(one));
    }
    return made;
}

Result<json> rectify(const ControlParts& parts, const admin::HttpRequest& request) {
    const auto body = object_in_body(request);
    if (!body) return failure(body.error());
    const auto patient = patient_in(*parts.pipeline.catalogue(), *body);
    if (!patient) return failure(patient.error());
    const auto rectification = rectification_in(parts, *body);
    if (!rectification) return failure(rectification.error());
    const auto rectified = parts.changes.record(
        [&] { return parts.vault.rectify(*patient, *rectification, actor_of(request)); });
    if (!rectified) return failure(rectified.error());
    json made = {{"changed", rectified->changed}, {"recipients", json::array()}};
    if (rectified->changed.empty()) return made;
    const auto& removed = rectification->removed;
    const auto is_removed = [&](const auto& one) {
        return one.value == patient->value && one.authority == patient->authority;
    };
    // The identifier asked by may be one that leads nowhere now.
    const bool by_removed = std::any_of(removed.begin(), removed.end(), is_removed);
    const auto named = by_removed ? recipients_of_subjects(parts, request, {rectified->subject}, std::nullopt)
                                  : told_of_identity(parts, request, *patient);
    if (!named)
        return failure(Error(named.error())
                           .during("the person is rectified; ask again who got data (edgeward consent "
                                   "recipients)"));
    made["recipients"] = *named;
    return made;
}

Result<json> restrict_person(const ControlParts& parts, const admin::HttpRequest& request) {
    const auto body = object_in_body(request);
    if (!body) return failure(body.error());
    const auto patient = patient_in(*parts.pipeline.catalogue(), *body);
    if (!patient) return failure(patient.error());
    const auto reason = text_in(*body, "reason", true);
    if (!reason) return failure(reason.error());
    const auto word = text_in(*body, "reach", false);
    if (!word) return failure(word.error());
    const auto reach = policy::parse_restriction(word->empty() ? "secondary" : std::string_view(*word));
    if (!reach) return failure(ErrorKind::invalid_input, "reach: expected one of secondary all");
    const auto subject = parts.vault.find_person(*patient);
    if (!subject) return failure(subject.error());
    const auto number = parts.changes.record(
        [&] { return parts.vault.restrict_processing(*subject, *reason, *reach, actor_of(request)); });
    if (!number) return failure(number.error());
    auto recipients = recipients_of_patient(parts, request, *patient, std::nullopt);
    if (!recipients)
        return failure(std::move(recipients.error())
                           .during("the restriction is in force; ask again who got data (edgeward consent "
                                   "recipients)"));
    return json{{"restriction", *number}, {"recipients", *std::move(recipients)}};
}

Result<json> lift(const ControlParts& parts, const admin::HttpRequest& request) {
    const auto number = number_of(request.path.at(2), "id");
    if (!number) return failure(number.error());
    const auto lifted = parts.changes.record(
        [&] { return parts.vault.lift_restriction(static_cast<std::int64_t>(*number), actor_of(request)); });
    if (!lifted) return failure(lifted.error());
    parts.delivery.look_again_at_restricted();
    return json{{"lifted", *number}};
}

Result<json> list(const ControlParts& parts, const admin::HttpRequest& request) {
    const auto body = object_in_body(request);
    if (!body) return failure(body.error());
    const auto patient = patient_in(*parts.pipeline.catalogue(), *body);
    if (!patient) return failure(patient.error());
    const auto subject = parts.vault.find_person(*patient);
    if (!subject) return failure(subject.error());
    const auto restrictions = parts.vault.restrictions_of(*subject);
    if (!restrictions) return failure(restrictions.error());
    auto event = make_event(request, audit::Action::restrictions_listed, "person", *subject);
    event.count = restrictions->size();
    if (auto written = write_audit(parts.writer, std::move(event)); !written) return failure(written.error());
    json made = json::array();
    for (const auto& one : *restrictions)
        made.push_back({{"restriction", one.id},
                        {"reason", one.reason},
                        {"reach", policy::name_of(one.reach)},
                        {"set", to_rfc3339(one.set)},
                        {"actor", one.actor},
                        {"lifted", time_or_null(one.lifted)},
                        {"in_force", !one.lifted}});
    return json{{"restrictions", std::move(made)}};
}

}  // namespace

admin::Routes rights_routes(const ControlParts& parts) {
    using Handler = Result<json> (*)(const ControlParts&, const admin::HttpRequest&);
    const auto route = [&](const char* pattern, Handler handler) {
        return control_route("POST", pattern, [parts, handler](const admin::HttpRequest& request) {
            return handler(parts, request);
        });
    };
    return {route("/v1/persons/rectify", &rectify), route("/v1/persons/restrict", &restrict_person),
            route("/v1/persons/restrictions", &list), route("/v1/restrictions/{id}/lift", &lift)};
}

}  // namespace edgeward::app
