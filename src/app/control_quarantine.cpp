// /v1/quarantine: messages that could not be mapped or attributed.

#include "control_desk.hpp"
#include "control_request.hpp"
#include "held_keeper.hpp"

namespace edgeward::app {
namespace {

using nlohmann::json;

constexpr std::uint64_t most_listed = 10'000;

json to_json(const store::QuarantineEntry& entry) {
    return {{"id", entry.id},
            {"received", to_rfc3339(entry.received)},
            {"device", entry.device},
            {"reason", entry.reason},
            {"detail", entry.detail}};
}

audit::Event event_of(const admin::HttpRequest& request, audit::Action action, std::string object,
                      std::uint64_t count = 1) {
    audit::Event event = make_event(request, action, std::move(object));
    event.count = count;
    return event;
}

Result<json> list(const ControlParts& parts, const admin::HttpRequest& request) {
    const auto most = number_in_query(request, "most", 100);
    if (!most) return failure(most.error());
    const auto entries = parts.reader.quarantine(std::min(*most, most_listed));
    if (!entries) return failure(entries.error());
    if (auto written = write_audit(
            parts.writer, event_of(request, audit::Action::quarantine_listed, "quarantine", entries->size()));
        !written) {
        return failure(written.error());
    }
    json made = json::array();
    for (const auto& entry : *entries)
        made.push_back(to_json(entry));
    return json{{"quarantine", std::move(made)}};
}

Result<json> show(const ControlParts& parts, const admin::HttpRequest& request) {
    const auto id = number_of(request.path.at(2), "id");
    if (!id) return failure(id.error());
    const auto entry = parts.reader.quarantine_entry(*id);
    if (!entry) return failure(entry.error());
    // The record comes first: nobody sees a payload without one.
    if (auto written = write_audit(parts.writer,
                                   event_of(request, audit::Action::quarantine_shown, std::to_string(*id)));
        !written) {
        return failure(written.error());
    }
    const auto message = pipeline::open_quarantined(*entry, parts.quarantine_key);
    if (!message) return failure(message.error());
    json made = to_json(*entry);
    made["topic"] = message->topic;
    made["payload_base64"] = to_base64(message->payload);
    return made;
}

// What became of one entry, in JSON.
Result<json> replay_one(const ControlParts& parts, const admin::HttpRequest& request, std::uint64_t id,
                        const std::optional<model::PatientIdentifier>& whose = std::nullopt) {
    const auto entry = parts.reader.quarantine_entry(id);
    if (!entry) return failure(entry.error());
    auto inbound = parts.pipeline.decode_again(*entry, whose);
    if (!inbound) {
        if (inbound.error().kind != ErrorKind::invalid_input) return failure(inbound.error());
        return json{{"id", id}, {"outcome", "quarantined"}, {"reason", inbound.error().message}};
    }
    auto done = parts.writer.run([&](store::ObservationStore& store) {
        return store.resolve_quarantine(id, *inbound, actor_of(request));
    });
    if (!done) return failure(std::move(done.error()));
    const bool stored = std::holds_alternative<store::Stored>(inbound->fate);
    return json{{"id", id}, {"outcome", stored ? "stored" : "refused"}};
}

struct Chosen {
    std::vector<std::uint64_t> ids;
    bool named = false;  // one by one
};

Result<Chosen> chosen(const ControlParts& parts, const admin::HttpRequest& request) {
    const auto body = object_in_body(request);
    if (!body) return failure(body.error());
    Chosen entries_to_replay;
    auto& ids = entries_to_replay.ids;
    if (const auto given = body->find("ids"); given != body->end()) {
        if (!given->is_array())
            return failure(ErrorKind::invalid_input, "ids: expected an array of whole numbers");
        for (const auto& one : *given) {
            if (!one.is_number_unsigned())
                return failure(ErrorKind::invalid_input, "ids: expected whole numbers");
            ids.push_back(one.get<std::uint64_t>());
        }
        entries_to_replay.named = true;
        return entries_to_replay;
    }
    const auto reason = text_in(*body, "reason", false);
    if (!reason) return failure(reason.error());
    const auto entries = parts.reader.quarantine(most_listed);
    if (!entries) return failure(entries.error());
    for (const auto& entry : *entries) {
        if (reason->empty() || entry.reason == *reason) ids.push_back(entry.id);
    }
    return entries_to_replay;
}

Result<json> replay(const ControlParts& parts, const admin::HttpRequest& request) {
    const auto entries = chosen(parts, request);
    if (!entries) return failure(entries.error());
    json made = json::array();
    for (const std::uint64_t id : entries->ids) {
        auto one = replay_one(parts, request, id);
        // The gateway looks again by itself when somebody has moved, and may have been faster.
        if (!one && !entries->named && one.error().kind == ErrorKind::invalid_input) continue;
        if (!one) return failure(std::move(one.error()));
        made.push_back(*std::move(one));
    }
    parts.delivery.wake();
    return json{{"replayed", std::move(made)}};
}

// A person says whose the measurements are that nobody, or more than one, could be told for.
Result<json> assign(const ControlParts& parts, const admin::HttpRequest& request) {
    const auto id = number_of(request.path.at(2), "id");
    if (!id) return failure(id.error());
    const auto body = object_in_body(request);
    if (!body) return failure(body.error());
    const auto patient = patient_in(*parts.pipeline.catalogue(), *body);
    if (!patient) return failure(patient.error());
    const auto entry = parts.reader.quarantine_entry(*id);
    if (!entry) return failure(entry.error());
    if (!is_held(entry->reason))
        return failure(ErrorKind::invalid_input,
                       "this message is held for another reason; mend that and replay it");
    auto one = replay_one(parts, request, *id, *patient);
    if (!one) return failure(std::move(one.error()));
    parts.delivery.wake();
    return json{{"replayed", json::array({*std::move(one)})}};
}

}  // namespace

admin::Routes quarantine_routes(const ControlParts& parts) {
    return {control_route("GET", "/v1/quarantine",
                          [parts](const admin::HttpRequest& request) { return list(parts, request); }),
            control_route("GET", "/v1/quarantine/{id}",
                          [parts](const admin::HttpRequest& request) { return show(parts, request); }),
            control_route("POST", "/v1/quarantine/{id}/assign",
                          [parts](const admin::HttpRequest& request) { return assign(parts, request); }),
            control_route("POST", "/v1/quarantine/replay",
                          [parts](const admin::HttpRequest& request) { return replay(parts, request); })};
}

}  // namespace edgeward::app
