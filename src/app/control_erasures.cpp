#include "control_erasures.hpp"

#include <edgeward/policy/permit.hpp>

#include "control_request.hpp"

namespace edgeward::app {
namespace {

using nlohmann::json;

Result<model::Pseudonym> person_in(const ErasureRoutes& parts, const json& body) {
    const auto identifier = patient_in(*parts.pipeline.catalogue(), body);
    if (!identifier) return failure(identifier.error());
    return parts.vault.find_person(*identifier);
}

json to_json(const vault::LegalHold& hold, Instant now) {
    return {{"hold", hold.id},
            {"reason", hold.reason},
            {"set", to_rfc3339(hold.set)},
            {"actor", hold.actor},
            {"until", time_or_null(hold.until)},
            {"released", time_or_null(hold.released)},
            {"in_force", hold.in_force(now)}};
}

json to_json(const std::vector<vault::LegalHold>& holds, Instant now) {
    json made = json::array();
    for (const auto& hold : holds)
        made.push_back(to_json(hold, now));
    return made;
}

json to_json(const vault::ErasureRequest& request) {
    json made = {{"request", request.number},
                 {"state", vault::name_of(request.state)},
                 {"reason", request.reason},
                 {"requester", request.requester},
                 {"requested", to_rfc3339(request.requested)},
                 {"gives_up_undelivered", request.gives_up}};
    made["decider"] = request.decided ? json(request.decider) : json(nullptr);
    made["decided"] = time_or_null(request.decided);
    made["rejection"] = request.rejection.empty() ? json(nullptr) : json(request.rejection);
    return made;
}

json to_json(const std::vector<vault::ErasureCertificate::Recipient>& recipients) {
    json made = json::array();
    for (const auto& one : recipients)
        made.push_back({{"destination", one.destination},
                        {"disclosed", one.disclosed},
                        {"delivered", one.delivered},
                        {"first", to_rfc3339(one.first)},
                        {"last", to_rfc3339(one.last)}});
    return made;
}

// Why it would not be done now; null: nothing is in the way.
json obstacle(const std::string& waiting, const std::vector<vault::LegalHold>& holds, Instant now) {
    for (const auto& hold : holds) {
        if (hold.in_force(now)) return "legal hold " + std::to_string(hold.id) + ": " + hold.reason;
    }
    if (!waiting.empty()) return "not delivered for treatment: " + waiting;
    return nullptr;
}

// What an erasure would take.
Result<json> extent(const ErasureRoutes& parts, const model::Pseudonym& subject) {
    const auto known = parts.vault.extent_of(subject);
    if (!known) return failure(known.error());
    const auto person = parts.vault.finder_of(subject);
    if (!person) return failure(person.error());
    const Instant now = parts.clock.now();
    const auto held = held_messages(parts.reader, parts.quarantine_key, *person, 0, now);
    if (!held) return failure(held.error());
    const auto survey = survey_reports(parts.reader, known->subjects);
    if (!survey) return failure(survey.error());
    const auto evidence = erasure_evidence(parts.reader, known->subjects, 0);
    if (!evidence) return failure(evidence.error());
    json vault_counts = json::object();
    for (const auto& one : known->counts)
        vault_counts[one.place] = one.count;
    json undelivered_at = json::object();
    for (const auto& [name, states] : survey->deliveries)
        undelivered_at[name] = {{"waiting", survey->waiting_at(name)},
                                {"dead_lettered", survey->dead_at(name)}};
    return json{{"vault", std::move(vault_counts)},
                {"reports", survey->reports},
                {"undelivered", std::move(undelivered_at)},
                {"held_messages", held->ids},
                {"unsearched_identifiers", person->unsearched()},
                {"recipients", to_json(evidence->recipients)},
                {"legal_holds", to_json(known->holds, now)},
                {"obstacle", obstacle(undelivered(*survey, parts.delivery.status()), known->holds, now)}};
}

Result<json> preview(const ErasureRoutes& parts, const admin::HttpRequest& request) {
    const auto body = object_in_body(request);
    if (!body) return failure(body.error());
    const auto subject = person_in(parts, *body);
    if (!subject) return failure(subject.error());
    auto found = extent(parts, *subject);
    if (!found) return found;
    auto event = make_event(request, audit::Action::erasure_read, "preview", *subject);
    if (auto written = write_audit(parts.writer, std::move(event)); !written) return failure(written.error());
    return found;
}

Result<json> ask(const ErasureRoutes& parts, const admin::HttpRequest& request) {
    const auto body = object_in_body(request);
    if (!body) return failure(body.error());
    const auto reason = text_in(*body, "reason", true);
    if (!reason) return failure(reason.error());
    const auto subject = person_in(parts, *body);
    if (!subject) return failure(subject.error());
    const auto number = parts.changes.record(
        [&] { return parts.vault.request_erasure(*subject, *reason, actor_of(request)); });
    if (!number) return failure(number.error());
    return json{{"request", *number}, {"state", vault::name_of(vault::ErasureState::open)}};
}

Result<json> list(const ErasureRoutes& parts, const admin::HttpRequest& request) {
    const auto requests = parts.vault.erasure_requests();
    if (!requests) return failure(requests.error());
    audit::Event event = make_event(request, audit::Action::erasure_read, "requests");
    event.count = requests->size();
    if (auto written = write_audit(parts.writer, std::move(event)); !written) return failure(written.error());
    json made = json::array();
    for (const auto& one : *requests)
        made.push_back(to_json(one));
    return json{{"erasures", std::move(made)}};
}

// What treatment waits for is given up only by a word of its own.
Result<void> refuse_undelivered(const ErasureRoutes& parts, const vault::ErasureRequest& open) {
    const auto known = parts.vault.extent_of(*open.subject);
    if (!known) return failure(known.error());
    const auto survey = survey_reports(parts.reader, known->subjects);
    if (!survey) return failure(survey.error());
    const std::string waiting = undelivered(*survey, parts.delivery.status());
    if (waiting.empty()) return {};
    return failure(ErrorKind::rejected,
                   "not delivered for treatment: " + waiting +
                       "; let it be delivered, or approve with give_up_undelivered to destroy it");
}

Result<json> approve(const ErasureRoutes& parts, const admin::HttpRequest& request) {
    const auto number = number_of(request.path.at(2), "number");
    if (!number) return failure(number.error());
    const auto body = object_in_body(request);
    if (!body) return failure(body.error());
    const json give_up = body->value("give_up_undelivered", json(false));
    if (!give_up.is_boolean())
        return failure(ErrorKind::invalid_input, "give_up_undelivered: expected true or false");
    const auto open = parts.vault.erasure_request(*number);
    if (!open) return failure(open.error());
    const bool fresh = open->state == vault::ErasureState::open && open->subject;
    if (fresh && !give_up.get<bool>()) {
        if (auto free = refuse_undelivered(parts, *open); !free) return failure(std::move(free.error()));
    }
    auto approved = parts.changes.record(
        [&] { return parts.vault.approve_erasure(*number, give_up.get<bool>(), actor_of(request)); });
    if (!approved) return failure(std::move(approved.error()));
    const auto certificate = parts.keeper.carry_out(*number);
    if (!certificate)
        return failure(Error(certificate.error()).during("approved, and tried again until it is done"));
    return json{{"request", *number}, {"state", "done"}, {"certificate", *certificate}};
}

Result<json> reject(const ErasureRoutes& parts, const admin::HttpRequest& request) {
    const auto number = number_of(request.path.at(2), "number");
    if (!number) return failure(number.error());
    const auto body = object_in_body(request);
    if (!body) return failure(body.error());
    const auto reason = text_in(*body, "reason", true);
    if (!reason) return failure(reason.error());
    auto rejected =
        parts.changes.record([&] { return parts.vault.reject_erasure(*number, *reason, actor_of(request)); });
    if (!rejected) return failure(std::move(rejected.error()));
    return json{{"request", *number}, {"state", vault::name_of(vault::ErasureState::rejected)}};
}

Result<json> certificate(const ErasureRoutes& parts, const admin::HttpRequest& request) {
    const auto number = number_of(request.path.at(2), "number");
    if (!number) return failure(number.error());
    const auto text = parts.vault.erasure_certificate(*number);
    if (!text) return failure(text.error());
    auto event = make_event(request, audit::Action::erasure_read, "certificate " + std::to_string(*number));
    if (auto written = write_audit(parts.writer, std::move(event)); !written) return failure(written.error());
    return json{{"request", *number}, {"certificate", *text}};
}

Result<json> hold(const ErasureRoutes& parts, const admin::HttpRequest& request) {
    const auto body = object_in_body(request);
    if (!body) return failure(body.error());
    const auto reason = text_in(*body, "reason", true);
    if (!reason) return failure(reason.error());
    const auto until = time_or_nothing_in(*body, "until");
    if (!until) return failure(until.error());
    const auto subject = person_in(parts, *body);
    if (!subject) return failure(subject.error());
    const auto id = parts.changes.record(
        [&] { return parts.vault.set_hold(*subject, *reason, *until, actor_of(request)); });
    if (!id) return failure(id.error());
    return json{{"hold", *id}};
}

Result<json> release(const ErasureRoutes& parts, const admin::HttpRequest& request) {
    const auto id = number_of(request.path.at(2), "id");
    if (!id) return failure(id.error());
    auto released = parts.changes.record(
        [&] { return parts.vault.release_hold(static_cast<std::int64_t>(*id), actor_of(request)); });
    if (!released) return failure(std::move(released.error()));
    return json{{"released", *id}};
}

Result<json> list_holds(const ErasureRoutes& parts, const admin::HttpRequest& request) {
    const auto body = object_in_body(request);
    if (!body) return failure(body.error());
    const auto subject = person_in(parts, *body);
    if (!subject) return failure(subject.error());
    const auto known = parts.vault.extent_of(*subject);
    if (!known) return failure(known.error());
    auto event = make_event(request, audit::Action::erasure_read, "holds", *subject);
    event.count = known->holds.size();
    if (auto written = write_audit(parts.writer, std::move(event)); !written) return failure(written.error());
    return json{{"holds", to_json(known->holds, parts.clock.now())}};
}

}  // namespace

Result<Asker> erasure_requester(vault::IdentityVault& vault, const AccountNumbers& accounts,
                                const admin::HttpRequest& request) {
    constexpr std::string_view prefix = "user:";
    constexpr std::string_view account_prefix = "account:";
    const auto number = number_of(request.path.at(2), "number");
    if (!number) return failure(number.error());
    const auto known = vault.erasure_request(*number);
    if (!known) return failure(known.error());
    const std::string_view requester = known->requester;
    if (requester.starts_with(account_prefix)) {
        const std::string name(requester.substr(account_prefix.size()));
        const auto account = accounts(name);
        if (!account) return failure(account.error());
        return Asker{policy::account_uid(*account), name};
    }
    const auto user =
        number_of(requester.substr(requester.starts_with(prefix) ? prefix.size() : 0), "requester");
    if (!user) return failure(ErrorKind::corrupt, "the erasure request does not say which user asked for it");
    return Asker{static_cast<std::int64_t>(*user)};
}

admin::Routes erasure_routes(const ErasureRoutes& parts) {
    using Handler = Result<json> (*)(const ErasureRoutes&, const admin::HttpRequest&);
    const auto route = [&](const char* method, const char* pattern, Handler handler) {
        return control_route(method, pattern, [parts, handler](const admin::HttpRequest& request) {
            return handler(parts, request);
        });
    };
    return {route("POST", "/v1/erasures/preview", &preview),
            route("POST", "/v1/erasures", &ask),
            route("GET", "/v1/erasures", &list),
            route("POST", "/v1/erasures/{number}/approve", &approve),
            route("POST", "/v1/erasures/{number}/reject", &reject),
            route("GET", "/v1/erasures/{number}/certificate", &certificate),
            route("POST", "/v1/holds", &hold),
            route("POST", "/v1/holds/{id}/release", &release),
            route("POST", "/v1/holds/list", &list_holds)};
}

}  // namespace edgeward::app
