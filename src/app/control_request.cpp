#include "control_request.hpp"

#include <charconv>

#include <edgeward/fhir/strict_json.hpp>

#include "described_routes.hpp"

namespace edgeward::app {

std::string actor_of(const admin::HttpRequest& request) {
    if (request.signed_in) return "account:" + request.signed_in->name;
    return "user:" + (request.peer_uid ? std::to_string(*request.peer_uid) : std::string("unknown"));
}

Result<std::uint64_t> number_of(std::string_view text, std::string_view what) {
    std::uint64_t value = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (failed != std::errc{} || end != text.data() + text.size()) {
        return failure(ErrorKind::invalid_input, std::string(what) + ": expected a whole number");
    }
    return value;
}

Result<std::uint64_t> number_in_query(const admin::HttpRequest& request, std::string_view name,
                                      std::uint64_t fallback) {
    const auto place = request.query.find(name);
    return place == request.query.end() ? Result<std::uint64_t>(fallback) : number_of(place->second, name);
}

Result<nlohmann::json> object_in_body(const admin::HttpRequest& request) {
    auto body = fhir::parse_strictly(request.body);
    if (!body) return failure(std::move(body.error()).during("body"));
    return body;
}

Result<void> expect_described(const admin::Description& route, const admin::HttpRequest& request) {
    if (auto fine = admin::expect_parameters(route, request); !fine) return fine;
    const bool nothing_to_say = route.body.is_null() || route.body == admin::schema::object({});
    if (nothing_to_say && request.body.empty()) return {};
    if (route.body.is_null()) return {};
    const auto body = object_in_body(request);
    if (!body) return failure(body.error());
    return admin::expect_form(route.body, *body, "body");
}

Result<std::string> text_in(const nlohmann::json& object, const char* field, bool required) {
    const auto place = object.find(field);
    if (place == object.end() || place->is_null()) {
        if (required)
            return failure(ErrorKind::invalid_input, std::string(field) + ": expected a text, got nothing");
        return std::string{};
    }
    if (!place->is_string())
        return failure(ErrorKind::invalid_input, std::string(field) + ": expected a text");
    auto text = place->get<std::string>();
    if (required && text.empty()) {
        return failure(ErrorKind::invalid_input, std::string(field) + ": expected a text, got an empty one");
    }
    return text;
}

Result<Instant> time_in(const nlohmann::json& object, const char* field) {
    auto text = text_in(object, field, true);
    if (!text) return failure(std::move(text.error()));
    const auto time = parse_rfc3339(*text);
    if (!time) {
        return failure(ErrorKind::invalid_input,
                       std::string(field) + ": expected a time with zone such as 2026-11-23T18:00:00+01:00");
    }
    return time->utc;
}

Result<std::optional<Instant>> time_or_nothing_in(const nlohmann::json& object, const char* field) {
    if (!object.contains(field) || object.at(field).is_null()) return std::nullopt;
    return time_in(object, field);
}

Result<Ending> ending_in_body(const admin::HttpRequest& request) {
    const auto body = object_in_body(request);
    if (!body) return failure(body.error());
    auto device = text_in(*body, "device", true);
    if (!device) return failure(std::move(device.error()));
    const auto until = time_in(*body, "until");
    if (!until) return failure(until.error());
    return Ending{*std::move(device), *until};
}

nlohmann::json time_or_null(const std::optional<Instant>& time) {
    return time ? nlohmann::json(to_rfc3339(*time)) : nlohmann::json(nullptr);
}

Result<model::PatientIdentifier> identifier_in(const pipeline::Catalogue& catalogue,
                                               const nlohmann::json& object) {
    if (!object.is_object()) return failure(ErrorKind::invalid_input, "identifier: expected an object");
    model::PatientIdentifier identifier;
    auto value = text_in(object, "value", true);
    if (!value) return failure(std::move(value.error()));
    auto authority = text_in(object, "authority", true);
    if (!authority) return failure(std::move(authority.error()));
    auto type = text_in(object, "type", false);
    if (!type) return failure(std::move(type.error()));
    if (!catalogue.authorities.contains(*authority)) {
        return failure(ErrorKind::invalid_input,
                       "authority: expected the name of a configured [[authority]]");
    }
    identifier.value = *std::move(value);
    identifier.authority = *std::move(authority);
    if (!type->empty()) identifier.type = *std::move(type);
    return identifier;
}

Result<model::PatientIdentifier> patient_in(const pipeline::Catalogue& catalogue,
                                            const nlohmann::json& body) {
    return identifier_in(catalogue, body.value("patient", nlohmann::json()));
}

admin::HttpResponse answer(const Result<nlohmann::json>& result) {
    if (!result) return admin::error_response(result.error());
    return admin::json_response(200, result->dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
}

audit::Event make_event(const admin::HttpRequest& request, audit::Action action, std::string object,
                        const std::optional<model::Pseudonym>& subject) {
    audit::Event event;
    event.actor = actor_of(request);
    event.action = action;
    event.object = std::move(object);
    event.subject = subject;
    return event;
}

Result<void> write_audit(store::Writer& writer, audit::Event event) {
    return writer.run([&event](store::ObservationStore& store) { return store.append_audit(event); });
}

admin::Route control_route(std::string method, std::string pattern,
                           std::function<Result<nlohmann::json>(const admin::HttpRequest&)> handler) {
    const auto* description = described(method, pattern);
    return {std::move(method),
            std::move(pattern),
            admin::Exposure::control,
            admin::Execution::on_pool,
            [description, handler = std::move(handler)](const admin::HttpRequest& request) {
                if (description == nullptr)
                    return answer(failure(ErrorKind::misconfigured, "nothing describes this route"));
                if (auto fine = expect_described(*description, request); !fine)
                    return admin::error_response(fine.error());
                return answer(handler(request));
            },
            description};
}

}  // namespace edgeward::app
