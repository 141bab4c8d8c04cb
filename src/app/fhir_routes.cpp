#include "fhir_routes.hpp"

#include <algorithm>

#include <edgeward/admin/description.hpp>
#include <edgeward/core/log.hpp>
#include <edgeward/crypto/device_certificate.hpp>
#include <edgeward/fhir/server_text.hpp>
#include <edgeward/fhir/xml_text.hpp>

namespace edgeward::app {
namespace {

using admin::HttpRequest;
using admin::HttpResponse;
using delivery::FhirClient;

using Answer = std::function<HttpResponse(const FhirDoor&, const FhirClient&, const HttpRequest&)>;

HttpResponse resource(std::string body) {
    return {200, std::string(fhir::json_type), std::move(body)};
}

HttpResponse refusal(unsigned status, std::string_view code, std::string_view words) {
    return {status, std::string(fhir::json_type), fhir::operation_outcome(code, words)};
}

HttpResponse not_found() {
    return refusal(404, "not-found", "there is no such resource, or not for this client");
}

// Of the store or the vault; the client can do nothing about it.
HttpResponse failed(const Error& error) {
    log::warning("the FHIR server cannot answer", {{"kind", name_of(error.kind)}, {"reason", error.message}});
    const bool passing = error.kind == ErrorKind::unavailable || error.kind == ErrorKind::exhausted ||
                         error.kind == ErrorKind::ambiguous;
    return passing ? refusal(503, "transient", "the gateway cannot answer now")
                   : refusal(500, "exception", "the gateway cannot answer; see its log");
}

const FhirClient* client_of(const FhirDoor& door, const HttpRequest& request) {
    if (request.certificate_subject.empty()) return nullptr;
    const auto facts = crypto::facts_of(request.peer_certificate);
    if (!facts) return nullptr;
    const auto& clients = door.settings.clients;
    const auto found = std::find_if(clients.begin(), clients.end(), [&](const FhirClient& client) {
        return std::ranges::find(client.certificate_names, facts->common_name) !=
               client.certificate_names.end();
    });
    return found == clients.end() ? nullptr : &*found;
}

// The parameters of the address, and of the body of a _search.
Result<fhir::Parameters> parameters_of(const HttpRequest& request) {
    fhir::Parameters all(request.query.begin(), request.query.end());
    all.insert(all.end(), request.repeated.begin(), request.repeated.end());
    if (request.method != "POST") return all;
    auto form = admin::parse_form(request.body);
    if (!form) return failure(std::move(form.error()));
    all.insert(all.end(), form->begin(), form->end());
    return all;
}

// Nothing: the client takes no form that is spoken here.
std::optional<fhir::Form> form_of(const HttpRequest& request) {
    const auto parameters = parameters_of(request);
    if (!parameters) return fhir::form_wanted(std::nullopt, request.accept);
    const auto format = std::ranges::find(*parameters, "_format", &fhir::Parameters::value_type::first);
    if (format == parameters->end()) return fhir::form_wanted(std::nullopt, request.accept);
    return fhir::form_wanted(format->second, {});
}

// The address of a page keeps `_format`, so that the next page has the form of this one.
std::string with_format(std::string address, const HttpRequest& request) {
    const auto format = request.query.find("_format");
    if (format == request.query.end()) return address;
    address += address.find('?') == std::string::npos ? '?' : '&';
    return address +
           (fhir::form_wanted(format->second, {}) == fhir::Form::xml ? "_format=xml" : "_format=json");
}

HttpResponse in_form(HttpResponse made, std::optional<fhir::Form> form) {
    if (form != fhir::Form::xml || made.content_type != fhir::json_type) return made;
    auto xml = fhir::to_xml(made.body);
    if (!xml) return failed(xml.error());
    made.content_type = fhir::xml_type;
    made.body = *std::move(xml);
    return made;
}

HttpResponse search_observations(const FhirDoor& door, const FhirClient& client, const HttpRequest& request) {
    const auto parameters = parameters_of(request);
    if (!parameters) return refusal(400, "invalid", parameters.error().message);
    const auto query = fhir::ObservationQuery::parse(*parameters, door.settings.base, door.zone());
    if (!query) return refusal(400, "not-supported", query.error().message);
    auto found = door.desk.search(client, *query);
    if (!found) return failed(found.error());
    const std::string address = door.settings.base + "/Observation";
    fhir::SearchSet set{door.settings.base, "Observation", found->observations,
                        with_format(address + query->link(found->patient, std::nullopt), request)};
    if (found->next) set.next = with_format(address + query->link(found->patient, found->next), request);
    if (!found->next && query->start() == fhir::PageStart{}) set.total = found->observations.size();
    return resource(fhir::search_set(set));
}

HttpResponse read_observation(const FhirDoor& door, const FhirClient& client, const HttpRequest& request) {
    auto found = door.desk.observation(client, request.path.at(2));
    if (!found) return failed(found.error());
    return *found ? resource((*found)->body) : not_found();
}

HttpResponse read_patient(const FhirDoor& door, const FhirClient& client, const HttpRequest& request) {
    auto found = door.desk.patient(client, fhir::PatientId{request.path.at(2)});
    if (!found) return failed(found.error());
    return *found ? resource((*found)->body) : not_found();
}

// One `identifier` (system|value) or one `_id`, and nothing else.
struct NamedResource {
    bool by_identifier = false;
    std::string system;
    std::string value;
};

Result<NamedResource> named_in(const HttpRequest& request) {
    const auto parameters = parameters_of(request);
    if (!parameters) return failure(parameters.error());
    std::optional<NamedResource> named;
    for (const auto& [name, value] : *parameters) {
        if (name == "_format" || name == "_count") continue;
        const auto bar = value.find('|');
        const bool by_identifier = name == "identifier";
        const bool whole = by_identifier ? bar != std::string::npos && bar > 0 && bar + 1 < value.size()
                                         : name == "_id" && !value.empty();
        if (named || !whole || value.find(',') != std::string::npos)
            return failure(ErrorKind::invalid_input, "expected one _id, or one identifier as system|value");
        if (by_identifier)
            named = NamedResource{true, value.substr(0, bar), value.substr(bar + 1)};
        else
            named = NamedResource{false, {}, value};
    }
    if (!named)
        return failure(ErrorKind::invalid_input, "expected one _id, or one identifier as system|value");
    return *named;
}

HttpResponse set_of(const FhirDoor& door, const HttpRequest& request, std::string_view type,
                    const std::vector<fhir::Served>& found) {
    fhir::SearchSet set{door.settings.base, type, found, door.settings.base + "/" + std::string(type)};
    if (found.size() == 1) set.self += "?_id=" + found.front().id;
    set.self = with_format(std::move(set.self), request);
    set.total = found.size();
    return resource(fhir::search_set(set));
}

HttpResponse search_patients(const FhirDoor& door, const FhirClient& client, const HttpRequest& request) {
    const auto named = named_in(request);
    if (!named) return refusal(400, "not-supported", named.error().message);
    const fhir::SearchedPerson who =
        named->by_identifier ? fhir::SearchedPerson(fhir::IdentifierOf{named->system, named->value})
                             : fhir::SearchedPerson(fhir::PatientId{named->value});
    auto found = door.desk.patient(client, who);
    if (!found) return failed(found.error());
    std::vector<fhir::Served> all;
    if (*found) all.push_back(**std::move(found));
    return set_of(door, request, "Patient", all);
}

HttpResponse read_device(const FhirDoor& door, const FhirClient&, const HttpRequest& request) {
    for (const auto& device : door.desk.devices())
        if (device.id == request.path.at(2)) return resource(device.body);
    return not_found();
}

HttpResponse search_devices(const FhirDoor& door, const FhirClient&, const HttpRequest& request) {
    const auto named = named_in(request);
    if (!named) return refusal(400, "not-supported", named.error().message);
    auto all = door.desk.devices();
    std::erase_if(all, [&](const fhir::Served& device) {
        return named->by_identifier ? !fhir::has_identifier(device, named->system, named->value)
                                    : device.id != named->value;
    });
    return set_of(door, request, "Device", all);
}

HttpResponse state(const FhirDoor& door, Instant since) {
    return resource(fhir::capability_statement({door.settings.base, door.version, since}));
}

// Who asks, how often, and in which form it wants the answer.
HttpResponse admit(const FhirDoor& door, const Answer& answer, const HttpRequest& request,
                   std::optional<fhir::Form> form) {
    const FhirClient* const client = client_of(door, request);
    if (client == nullptr) {
        door.unknown_client();
        return refusal(403, "forbidden", "this certificate is no configured client's");
    }
    if (const auto wait = door.limit.take(client->sees.name, door.clock.monotonic())) {
        auto made = refusal(429, "throttled", "too many requests; wait as Retry-After says");
        made.retry_after = static_cast<std::uint32_t>(wait->count());
        return made;
    }
    if (!form) return refusal(406, "not-supported", "only JSON and XML are spoken here");
    if (request.method == "POST" && request.content_type != "application/x-www-form-urlencoded")
        return refusal(415, "not-supported", "expected a body of type application/x-www-form-urlencoded");
    return answer(door, *client, request);
}

std::string_view outcome_word(unsigned status) {
    return status < 400 ? "answered" : status < 500 ? "refused" : "failed";
}

// The issue type of what the HTTP server refuses by itself.
std::string_view issue_of(unsigned status) {
    switch (status) {
        case 404:
            return "not-found";
        case 405:
        case 415:
        case 505:
            return "not-supported";
        case 413:
        case 431:
            return "too-long";
        case 429:
            return "throttled";
        case 503:
            return "transient";
        default:
            return status < 500 ? "structure" : "exception";
    }
}

// For the router. What a client may ask, the CapabilityStatement says.
const admin::Descriptions& fhir_descriptions() {
    using admin::schema::anything;
    static const admin::Descriptions all = [] {
        const std::string form = "application/x-www-form-urlencoded";
        const std::string json(fhir::json_type);
        admin::Descriptions made{
            admin::get("/fhir/metadata", "", "Says what the server can do.", anything()).in_types({}, json)};
        for (const std::string type : {"Observation", "Patient", "Device"}) {
            const std::string place = "/fhir/" + type;
            made.push_back(
                admin::get(place + "/{id}", "", "Reads one resource.", anything()).in_types({}, json));
            made.push_back(admin::get(place, "", "Searches.", anything()).in_types({}, json));
            made.push_back(admin::post(place + "/_search", "", "Searches by a form.", anything(), anything())
                               .in_types(form, json));
        }
        for (auto& one : made)
            one = std::move(one).by(admin::Session::none);
        return made;
    }();
    return all;
}

}  // namespace

HttpResponse as_outcome(const HttpResponse& refused) {
    const auto error = admin::error_of(refused);
    HttpResponse made = refused;
    made.content_type = fhir::json_type;
    made.body = fhir::operation_outcome(issue_of(refused.status), error ? error->message : std::string());
    return made;
}

admin::Routes fhir_routes(const FhirDoor& door) {
    const Instant since = door.clock.now();
    const auto route = [&door](const char* method, const std::string& what, Answer answer) {
        admin::Route made;
        made.method = method;
        made.pattern = "/fhir/" + what;
        made.exposure = admin::Exposure::public_https;
        made.execution = admin::Execution::on_pool;
        made.repeats = true;
        made.description = admin::find_description(fhir_descriptions(), made.method, made.pattern);
        made.handler = [&door, answer = std::move(answer)](const HttpRequest& request) {
            const auto form = form_of(request);
            auto response = in_form(admit(door, answer, request, form), form);
            door.metrics
                .counter("edgeward_fhir_requests_total", "Requests to the FHIR server.",
                         {{"outcome", std::string(outcome_word(response.status))}})
                .add();
            return response;
        };
        return made;
    };
    admin::Routes routes{
        route(
            "GET", "metadata",
            [since](const FhirDoor& at, const FhirClient&, const HttpRequest&) { return state(at, since); }),
        route("GET", "Observation/{id}", &read_observation), route("GET", "Patient/{id}", &read_patient),
        route("GET", "Device/{id}", &read_device)};
    const std::pair<const char*, Answer> searches[] = {
        {"Observation", &search_observations}, {"Patient", &search_patients}, {"Device", &search_devices}};
    for (const auto& [type, search] : searches) {
        routes.push_back(route("GET", type, search));
        routes.push_back(route("POST", std::string(type) + "/_search", search));
    }
    return routes;
}

}  // namespace edgeward::app
