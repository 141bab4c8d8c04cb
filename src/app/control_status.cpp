// /v1/status and /v1/books.

#include "control_desk.hpp"
#include "control_request.hpp"

namespace edgeward::app {
namespace {

using nlohmann::json;

json to_json(const store::InboundBook& book) {
    return {{"received", book.received},
            {"stored", book.stored},
            {"quarantined", book.quarantined},
            {"refused", book.refused},
            {"reports", book.reports},
            {"observations", book.observations},
            {"refused_messages", book.refused_messages},
            {"refused_values", book.refused_values},
            {"quarantined_by_reason", book.quarantined_by_reason}};
}

json to_json(const store::DestinationBook& book) {
    json made = {{"offered", book.offered}, {"delivered", book.delivered}, {"pending", book.pending},
                 {"parked", book.parked},   {"dead_lettered", book.dead},  {"filtered", book.filtered},
                 {"erased", book.erased}};
    made["oldest_pending"] = book.oldest_pending ? json(to_rfc3339(*book.oldest_pending)) : json(nullptr);
    return made;
}

Result<json> books(const ControlParts& parts, const admin::HttpRequest& request) {
    const auto device = request.query.find("device");
    const auto inbound = parts.reader.inbound_book(device == request.query.end() ? "" : device->second);
    if (!inbound) return failure(inbound.error());
    const auto destinations = parts.reader.destination_books();
    if (!destinations) return failure(destinations.error());
    json made = {{"inbound", to_json(*inbound)}, {"destinations", json::object()}};
    made["inbound"]["balanced"] =
        inbound->received == inbound->stored + inbound->quarantined + inbound->refused;
    for (const auto& [name, book] : *destinations) {
        auto& entry = made["destinations"][name] = to_json(book);
        entry["balanced"] =
            book.offered == book.delivered + book.pending + book.dead + book.filtered + book.erased;
    }
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
                                        {"trouble", destination.trouble}});
    }
    const auto chain = parts.reader.chain();
    if (!chain) return failure(chain.error());
    made["audit"] = {{"sequence", chain->sequence}, {"checkpoint", chain->checkpoint}};
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
