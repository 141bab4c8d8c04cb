// /v1/status and /v1/books.

#include <cmath>

#include "books_answer.hpp"
#include "control_desk.hpp"
#include "control_request.hpp"

namespace edgeward::app {
namespace {

using nlohmann::json;

std::string in_query(const admin::HttpRequest& request, std::string_view name) {
    const auto value = request.query.find(name);
    return value == request.query.end() ? std::string() : value->second;
}

Result<json> books(const ControlParts& parts, const admin::HttpRequest& request) {
    const std::string depth = in_query(request, "depth");
    if (!depth.empty() && depth != "books" && depth != "rows")
        return failure(ErrorKind::invalid_input, "depth: expected books or rows");
    const auto found =
        parts.books.check(depth == "rows" ? store::Depth::rows : store::Depth::books, actor_of(request));
    if (!found) return failure(found.error());
    return books_answer(*found, in_query(request, "device"), in_query(request, "destination"));
}

json to_json(const DiskStatus& disk) {
    json made = {{"room", disk.room.room},
                 {"stops_below", disk.stops_below},
                 {"intake_stopped", disk.low},
                 {"octets_per_second", nullptr},
                 {"seconds_left", nullptr}};
    if (disk.octets_per_second) made["octets_per_second"] = *disk.octets_per_second;
    if (disk.seconds_left && std::isfinite(*disk.seconds_left)) made["seconds_left"] = *disk.seconds_left;
    return made;
}

Result<json> status(const ControlParts& parts) {
    json made = {{"version", EDGEWARD_VERSION}, {"parts", json::array()}, {"destinations", json::array()}};
    const auto health = parts.health();
    for (const auto& part : health) {
        if (!part.required) continue;  // the destinations, which follow
        made["parts"].push_back({{"part", part.part}, {"ready", part.ready}, {"reason", part.reason}});
    }
    made["ready"] = admin::is_ready(health);
    for (const auto& destination : parts.delivery.status()) {
        made["destinations"].push_back({{"name", destination.name},
                                        {"kind", destination.kind},
                                        {"identity_level", model::name_of(destination.level)},
                                        {"answering", destination.answering},
                                        {"usable", destination.usable},
                                        {"trouble", destination.trouble},
                                        {"mode", store::name_of(destination.mode)}});
    }
    const auto chain = parts.reader.chain();
    if (!chain) return failure(chain.error());
    made["audit"] = {{"sequence", chain->sequence}, {"checkpoint", chain->checkpoint}};
    made["disk"] = to_json(parts.disk());
    const auto persons = parts.vault.count_persons();
    if (!persons) return failure(persons.error());
    made["persons"] = *persons;
    return made;
}

}  // namespace

admin::Routes status_routes(const ControlParts& parts) {
    return {control_route("GET", "/v1/status", [parts](const admin::HttpRequest&) { return status(parts); }),
            control_route("GET", "/v1/books",
                          [parts](const admin::HttpRequest& request) { return books(parts, request); })};
}

}  // namespace edgeward::app
