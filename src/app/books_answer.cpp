#include "books_answer.hpp"

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
            {"quarantined_by_reason", book.quarantined_by_reason},
            {"unlisted_fields", book.unlisted},
            {"balanced", book.balances()}};
}

json to_json(const store::DestinationBook& book) {
    json made = {{"offered", book.offered}, {"delivered", book.delivered}, {"pending", book.pending},
                 {"parked", book.parked},   {"dead_lettered", book.dead},  {"filtered", book.filtered},
                 {"erased", book.erased},   {"balanced", book.balances()}};
    made["oldest_pending"] = time_or_null(book.oldest_pending);
    return made;
}

json to_json(const store::Difference& one) {
    return {{"book", one.book}, {"line", one.line}, {"kept", one.kept}, {"counted", one.counted}};
}

}  // namespace

Result<json> books_answer(const store::Reconciliation& found, const std::string& device,
                          const std::string& destination) {
    if (!destination.empty() && !found.kept.destinations.contains(destination))
        return failure(ErrorKind::invalid_input, "no such destination");
    json made = {{"as_of", found.as_of},
                 {"recounted", found.counted.has_value()},
                 {"balanced", found.differences.empty()},
                 {"differences", json::array()},
                 {"devices", json::object()},
                 {"destinations", json::object()}};
    for (const auto& one : found.differences)
        made["differences"].push_back(to_json(one));
    for (const auto& [name, book] : found.kept.devices) {
        if (device.empty() || device == name) made["devices"][name] = to_json(book);
    }
    for (const auto& [name, book] : found.kept.destinations) {
        if (destination.empty() || destination == name) made["destinations"][name] = to_json(book);
    }
    if (device.empty()) {
        made["inbound"] = to_json(found.kept.total());
    } else {
        const auto book = found.kept.devices.find(device);
        made["inbound"] = to_json(book == found.kept.devices.end() ? store::InboundBook() : book->second);
    }
    return made;
}

}  // namespace edgeward::app
