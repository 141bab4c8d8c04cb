// What a destination would not take, and what could not be mapped or attributed.

#include "described_routes.hpp"

namespace edgeward::app {
namespace {

using namespace admin::schema;
using admin::Descriptions;
using admin::get;
using admin::post;
using admin::Schema;

constexpr std::uint64_t largest = std::numeric_limits<std::int64_t>::max();

Descriptions dead_letters() {
    const Schema letter = object({{"destination", text(1)},
                                  {"report", whole()},
                                  {"device", text()},
                                  {"reason", text()},
                                  {"attempts", whole()},
                                  {"settled", time()}});
    return {get("/v1/dead-letters/{destination}", "list-dead-letters", "Lists what a destination refused.",
                object({{"dead_letters", list(letter)}}))
                .asked_with(object({{"most?", whole()}})),
            get("/v1/dead-letters/{destination}/{report}", "show-dead-letter",
                "Shows one with the receiver's own words.",
                joined(letter, object({{"answer", nullable(text())}}))),
            post("/v1/dead-letters/{destination}/retry", "retry-dead-letters", "Sends them again.",
                 object({{"reports?", list(whole(0, largest), 1)}}), object({{"retried", whole()}}))};
}

Descriptions quarantine() {
    const Schema message = object(
        {{"id", whole()}, {"received", time()}, {"device", text()}, {"reason", text(1)}, {"detail", text()}});
    const Schema outcome = object(
        {{"id", whole()}, {"outcome", words({"stored", "refused", "quarantined"})}, {"reason?", text()}});
    const Schema replayed = object({{"replayed", list(outcome)}});
    return {get("/v1/quarantine", "list-quarantine", "Lists messages that are held, without their content.",
                object({{"quarantine", list(message)}}))
                .asked_with(object({{"most?", whole()}})),
            get("/v1/quarantine/{id}", "show-quarantine", "Shows a message that is held.",
                joined(message, object({{"topic", text()}, {"payload_base64", text()}}))),
            post("/v1/quarantine/{id}/assign", "assign-measurement", "Says whose a held message is.",
                 patient_form(), replayed),
            post("/v1/quarantine/replay", "replay-quarantine", "Processes messages again.",
                 object({{"ids?", list(whole(0, largest))}, {"reason?", nullable(text())}}), replayed)};
}

}  // namespace

Descriptions message_descriptions() {
    return together({dead_letters(), quarantine()});
}

}  // namespace edgeward::app
