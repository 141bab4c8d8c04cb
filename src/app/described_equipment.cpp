// Devices and their enrolment, destinations, alarms.

#include <edgeward/enrolment/enrolment_service.hpp>
#include <edgeward/store/destination_control.hpp>

#include "described_routes.hpp"

namespace edgeward::app {
namespace {

using namespace admin::schema;
using admin::Descriptions;
using admin::get;
using admin::post;
using admin::Schema;
using admin::Session;

Schema certificate() {
    return object({{"serial", text(1)},
                   {"sha256", text(64, 64)},
                   {"not_before", time()},
                   {"not_after", time()},
                   {"right", text()},
                   {"revoked", nullable(time())}});
}

Schema device() {
    return object({{"device", text()},
                   {"conditions", list(text(1))},
                   {"received", nullable(time())},
                   {"sequence", nullable(whole())},
                   {"missing", whole()},
                   {"duplicates", whole()},
                   {"out_of_order", whole()},
                   {"restarts", whole()},
                   {"clock_offset_ms", nullable(integer())},
                   {"learned_rate", nullable(number())},
                   {"learned_over_periods", whole()},
                   {"state", words({"configured", "enrolled", "revoked", "no_class"})},
                   {"proof", words({"certificate", "password"})},
                   {"class", text()},
                   {"mapping", text()},
                   {"manufacturer", text()},
                   {"model", text()},
                   {"serial", text()},
                   {"eui64", text()},
                   {"risk", text()},
                   {"software", text()},
                   {"ward", text()},
                   {"room", text()},
                   {"bed", text()},
                   {"certificate", nullable(certificate())}});
}

Descriptions devices() {
    return {get("/v1/devices", "read-devices", "Lists the devices.", object({{"devices", list(device())}}))
                .asked_with(object({{"ward?", text()}})),
            get("/v1/devices/{device}", "read-devices", "Shows a device with its certificates.",
                joined(device(), object({{"certificates", list(certificate())}}))),
            post("/v1/devices/{device}/revoke", "revoke-device",
                 "Revokes a device: its certificates and sessions end.",
                 object({{"reason", words(enrolment::revocation_reasons)}}),
                 object({{"device", text(1)}, {"certificates", whole()}}))
                .may_answer({409, 503})};
}

// What a person says of a device whose name is in the path.
Schema device_facts() {
    const Schema said = nullable(text(0, 128));
    return object({{"class?", said},
                   {"ward?", said},
                   {"room?", said},
                   {"bed?", said},
                   {"serial?", said},
                   {"eui64?", said},
                   {"software?", said}});
}

Schema described_device() {
    return joined(object({{"device?", nullable(text(0, 128))}}), device_facts());
}

Descriptions device_requests() {
    const Schema asking = object({{"request", whole()},
                                  {"device", text()},
                                  {"class", text()},
                                  {"serial", text()},
                                  {"key", text(64, 64)},
                                  {"origin", text()},
                                  {"state", words({"waiting", "approved", "rejected"})},
                                  {"known", truth()},
                                  {"first", time()},
                                  {"last", time()}});
    return {get("/v1/device-requests", "read-devices", "Lists devices that ask to enrol.",
                object({{"requests", list(asking)}}))
                .may_answer({409}),
            post("/v1/device-requests/{number}/approve", "approve-device", "Lets a device enrol.",
                 joined(described_device(), object({{"again?", truth()}})), object({{"approved", whole()}}))
                .may_answer({409}),
            post("/v1/device-requests/{number}/reject", "reject-device", "Refuses a device.", object({}),
                 object({{"rejected", whole()}}))
                .may_answer({409}),
            post("/v1/device-tokens", "make-device-token", "Makes a token that lets one device enrol once.",
                 joined(described_device(), object({{"seconds?", whole(60, 7'776'000)}})),
                 object({{"token", text(1)}, {"expires", time()}}))
                .may_answer({409}),
            post("/v1/devices/{device}/password", "make-device-token",
                 "Makes a device's account at the broker, in place of the one it has.", device_facts(),
                 object({{"user", text(1)}, {"password", text(1)}}))
                .may_answer({409, 503})};
}

Schema destination() {
    return object({{"name", text(1)},
                   {"active", truth()},
                   {"mode", words({"running", "paused", "draining"})},
                   {"since", nullable(time())},
                   {"actor", nullable(text())},
                   {"reason", nullable(text())},
                   {"kind?", text(1)},
                   {"answering?", truth()},
                   {"trouble?", text()},
                   {"pending?", whole()},
                   {"parked?", whole()},
                   {"dead_lettered?", whole()},
                   {"delivered?", whole()},
                   {"oldest_pending?", nullable(time())}});
}

Descriptions destinations() {
    const Schema why = object({{"reason", words(store::change_reasons)}});
    const Schema mode = object({{"mode", words({"running", "paused", "draining"})}});
    const Schema stretch = object({{"from", time()},
                                   {"until", time()},
                                   {"reason", words(store::change_reasons)},
                                   {"dry_run?", truth()}});
    return {get("/v1/destinations", "read-destinations", "Lists the destinations.",
                object({{"destinations", list(destination())}})),
            post("/v1/destinations/{destination}/pause", "steer-destination", "Stops sending.", why, mode),
            post("/v1/destinations/{destination}/drain", "steer-destination",
                 "Sends what waits and takes nothing new.", why, mode),
            post("/v1/destinations/{destination}/resume", "steer-destination", "Sends again.", why, mode),
            post("/v1/destinations/{destination}/replay", "replay-reports",
                 "Sends delivered reports of that time again.", stretch,
                 object({{"replayed", whole()}, {"dry_run", truth()}}))
                .by(Session::fresh)};
}

Schema alarm() {
    const Schema value =
        object({{"parameter", text()}, {"value", text()}, {"unit", text()}, {"time", time()}});
    return object({{"alarm", text(1)},
                   {"rule", text(1)},
                   {"text", text()},
                   {"priority", words({"high", "medium", "low"})},
                   {"state", text(1)},
                   {"stage", whole()},
                   {"ward", text()},
                   {"room", text()},
                   {"bed", text()},
                   {"device", text()},
                   {"onset", time()},
                   {"raised", nullable(time())},
                   {"acknowledged", nullable(time())},
                   {"next_stage", nullable(time())},
                   {"silent_until", nullable(time())},
                   {"by", text()},
                   {"values", list(value)}});
}

Descriptions alarms() {
    const Schema active = object({{"high", whole()}, {"medium", whole()}, {"low", whole()}});
    const Schema note = object({{"note", text(1)}});
    return {
        get("/v1/alarms", "list-alarms", "Lists the open alarms; additional information, not the alarm.",
            joined(note, object({{"alarms", list(alarm())}})))
            .asked_with(object({{"ward?", text()}, {"language?", text()}})),
        get("/v1/alarms/count", "read-status", "Counts the open alarms.",
            object({{"enabled", truth()},
                    {"active", active},
                    {"acknowledged", whole()},
                    {"oldest_active", nullable(time())},
                    {"newest", nullable(time())}})),
        get("/v1/alarms/{alarm}", "list-alarms", "Shows an alarm.", joined(alarm(), note))
            .asked_with(object({{"language?", text()}})),
        post("/v1/alarms/{alarm}/acknowledge", "acknowledge-alarm", "Says that somebody sees to it.",
             object({}), object({{"alarm", text(1)}, {"state", text(1)}})),
        post("/v1/alarms/{alarm}/silence", "acknowledge-alarm", "Keeps it quiet for a while.",
             object({{"seconds", whole(1, 86400)}}), object({{"alarm", text(1)}, {"silent_until", time()}}))};
}

}  // namespace

Descriptions equipment_descriptions() {
    return together({devices(), device_requests(), destinations(), alarms()});
}

}  // namespace edgeward::app
