// /v1/destinations: what operators do with a destination as a whole.

#include <algorithm>

#include "control_desk.hpp"
#include "control_request.hpp"

namespace edgeward::app {
namespace {

using nlohmann::json;
using store::DestinationMode;

// Looked at or changed in one go, so that neither claims nor commits wait long for a replay.
constexpr std::size_t looked_at_once = 2000;
constexpr std::size_t replayed_at_once = 500;

json control_of(const store::DestinationControl& control) {
    json made = {{"active", control.active}, {"mode", store::name_of(control.mode)}};
    made["since"] = time_or_null(control.since);
    made["actor"] = control.since ? json(control.actor) : json(nullptr);
    made["reason"] = control.since ? json(control.reason) : json(nullptr);
    return made;
}

Result<json> list(const ControlParts& parts) {
    const auto controls = parts.reader.destination_controls();
    if (!controls) return failure(controls.error());
    const auto books = parts.reader.destination_books();
    if (!books) return failure(books.error());
    const auto running = parts.delivery.status();
    json made = json::array();
    for (const auto& [name, control] : *controls) {
        json one = control_of(control);
        one["name"] = name;
        const auto status = std::find_if(running.begin(), running.end(),
                                         [&name = name](const auto& each) { return each.name == name; });
        if (status != running.end()) {
            one["kind"] = status->kind;
            one["answering"] = status->answering;
            one["trouble"] = status->trouble;
        }
        if (const auto book = books->find(name); book != books->end()) {
            one["pending"] = book->second.pending;
            one["parked"] = book->second.parked;
            one["dead_lettered"] = book->second.dead;
            one["delivered"] = book->second.delivered;
            const auto& oldest = book->second.oldest_pending;
            one["oldest_pending"] = time_or_null(oldest);
        }
        made.push_back(std::move(one));
    }
    return json{{"destinations", std::move(made)}};
}

Result<json> change(const ControlParts& parts, const admin::HttpRequest& request, DestinationMode mode) {
    const auto body = object_in_body(request);
    if (!body) return failure(body.error());
    const auto reason = text_in(*body, "reason", true);
    if (!reason) return failure(reason.error());
    const std::string name = request.path.at(2);
    auto done = parts.writer.run([&](store::ObservationStore& store) {
        return store.set_mode(name, mode, actor_of(request), *reason);
    });
    if (!done) return failure(std::move(done.error()));
    parts.delivery.set_mode(name, mode);
    return json{{"mode", store::name_of(mode)}};
}

struct Range {
    std::string destination;
    Instant from;
    Instant until;
    std::string reason;
    bool dry_run = false;
};

Result<Range> range_in(const admin::HttpRequest& request) {
    const auto body = object_in_body(request);
    if (!body) return failure(body.error());
    const auto from = time_in(*body, "from");
    if (!from) return failure(from.error());
    const auto until = time_in(*body, "until");
    if (!until) return failure(until.error());
    if (*from >= *until) return failure(ErrorKind::invalid_input, "until: expected a time after `from`");
    const auto reason = text_in(*body, "reason", true);
    if (!reason) return failure(reason.error());
    const auto dry_run = body->value("dry_run", json(false));
    if (!dry_run.is_boolean()) return failure(ErrorKind::invalid_input, "dry_run: expected true or false");
    return Range{request.path.at(2), *from, *until, *reason, dry_run.get<bool>()};
}

Result<std::uint64_t> replay_some(const ControlParts& parts, const Range& range,
                                  const std::vector<std::uint64_t>& reports, const std::string& actor) {
    std::uint64_t count = 0;
    for (std::size_t at = 0; at < reports.size(); at += replayed_at_once) {
        const auto first = reports.begin() + static_cast<std::ptrdiff_t>(at);
        const std::vector<std::uint64_t> some(
            first, first + static_cast<std::ptrdiff_t>(std::min(replayed_at_once, reports.size() - at)));
        std::uint64_t changed = 0;
        auto done = parts.writer.run([&](store::ObservationStore& store) -> Result<void> {
            auto replayed = store.replay(range.destination, some, actor, range.reason);
            if (!replayed) return failure(std::move(replayed.error()));
            changed = *replayed;
            return {};
        });
        if (!done) return failure(std::move(done.error()));
        count += changed;
    }
    return count;
}

// Works through the queue in stretches; one that fails half-way has an audit record of what it did.
Result<json> replay(const ControlParts& parts, const admin::HttpRequest& request) {
    const auto range = range_in(request);
    if (!range) return failure(range.error());
    const auto controls = parts.reader.destination_controls();
    if (!controls) return failure(controls.error());
    if (!controls->contains(range->destination))
        return failure(ErrorKind::invalid_input, "no such destination");
    std::uint64_t count = 0;
    std::uint64_t after = 0;
    do {
        const auto found =
            parts.reader.acknowledged(range->destination, after, range->from, range->until, looked_at_once);
        if (!found) return failure(found.error());
        after = found->looked_to;
        if (range->dry_run) {
            count += found->reports.size();
            continue;
        }
        const auto replayed = replay_some(parts, *range, found->reports, actor_of(request));
        if (!replayed) return failure(replayed.error());
        count += *replayed;
    } while (after != 0);
    if (!range->dry_run) parts.delivery.claim_again(range->destination);
    return json{{"replayed", count}, {"dry_run", range->dry_run}};
}

admin::Route mode_route(const ControlParts& parts, const char* pattern, DestinationMode mode) {
    return control_route("POST", pattern, [parts, mode](const admin::HttpRequest& request) {
        return change(parts, request, mode);
    });
}

}  // namespace

admin::Routes destination_routes(const ControlParts& parts) {
    return {
        control_route("GET", "/v1/destinations", [parts](const admin::HttpRequest&) { return list(parts); }),
        mode_route(parts, "/v1/destinations/{destination}/pause", DestinationMode::paused),
        mode_route(parts, "/v1/destinations/{destination}/drain", DestinationMode::draining),
        mode_route(parts, "/v1/destinations/{destination}/resume", DestinationMode::running),
        control_route("POST", "/v1/destinations/{destination}/replay",
                      [parts](const admin::HttpRequest& request) { return replay(parts, request); })};
}

}  // namespace edgeward::app
