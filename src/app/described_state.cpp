// The gateway as a whole: status, books, configuration, audit log, backups.

#include "described_routes.hpp"

namespace edgeward::app {
namespace {

using namespace admin::schema;
using admin::Descriptions;
using admin::get;
using admin::post;
using admin::Schema;
using admin::Session;

Schema status_answer() {
    const Schema destination = object({{"name", text(1)},
                                       {"kind", text(1)},
                                       {"identity_level", text(1)},
                                       {"answering", truth()},
                                       {"usable", truth()},
                                       {"trouble", text()},
                                       {"mode", words({"running", "paused", "draining"})}});
    const Schema disk = object({{"room", whole()},
                                {"stops_below", whole()},
                                {"intake_stopped", truth()},
                                {"octets_per_second", nullable(number())},
                                {"seconds_left", nullable(number())}});
    return object({{"version", text(1)},
                   {"ready", truth()},
                   {"parts", list(object({{"part", text(1)}, {"ready", truth()}, {"reason", text()}}))},
                   {"destinations", list(destination)},
                   {"audit", object({{"sequence", whole()}, {"checkpoint", whole()}})},
                   {"disk", disk},
                   {"persons", whole()}});
}

Schema books_answer_form() {
    const Schema inbound = object({{"received", whole()},
                                   {"stored", whole()},
                                   {"quarantined", whole()},
                                   {"refused", whole()},
                                   {"reports", whole()},
                                   {"observations", whole()},
                                   {"refused_messages", map(whole())},
                                   {"refused_values", map(whole())},
                                   {"unlisted_fields", whole()},
                                   {"quarantined_by_reason", map(whole())},
                                   {"balanced", truth()}});
    const Schema destination = object({{"offered", whole()},
                                       {"delivered", whole()},
                                       {"pending", whole()},
                                       {"parked", whole()},
                                       {"dead_lettered", whole()},
                                       {"filtered", whole()},
                                       {"erased", whole()},
                                       {"balanced", truth()},
                                       {"oldest_pending", nullable(time())}});
    const Schema difference =
        object({{"book", text(1)}, {"line", text(1)}, {"kept", whole()}, {"counted", whole()}});
    return object({{"as_of", whole()},
                   {"recounted", truth()},
                   {"balanced", truth()},
                   {"differences", list(difference)},
                   {"devices", map(inbound)},
                   {"inbound", inbound},
                   {"destinations", map(destination)}});
}

Schema evidence_answer() {
    return object({{"made", time()},
                   {"policies", object({{"count", whole()}, {"sha256", text(64, 64)}})},
                   {"encryption", object({{"holds", truth()}, {"reason", text()}})},
                   {"certificates", list(object({{"credential", text(1)}, {"seconds_left", integer()}}))}});
}

Schema traffic_answer() {
    const Schema flow = object({{"delivered", list(whole())}, {"pending", list(whole())}});
    return object({{"until", time()},
                   {"seconds", list(number())},
                   {"received", map(list(whole()))},
                   {"destinations", map(flow)}});
}

Schema dataflow_answer() {
    return object({{"paper", words({"dataflow"})},
                   {"version", whole(1)},
                   {"made", time()},
                   {"gateway", text(1)},
                   {"configuration_sha256", text(64, 64)},
                   {"sources", list(map(anything()))},
                   {"destinations", list(map(anything()))}});
}

Schema configuration_answer() {
    const Schema setting = object({{"setting", text(1)}, {"value", text()}, {"from", text()}});
    return object({{"settings", list(setting)},
                   {"mappings", list(object({{"file", text(1)}, {"sha256", text(64, 64)}}))}});
}

Schema backups_answer() {
    const Schema kept = object({{"count", whole()}, {"hours", whole()}});
    return object({{"schedule", words({"off", "hourly", "daily"})},
                   {"folder", text()},
                   {"recovery_key", truth()},
                   {"data", kept},
                   {"persons", kept},
                   {"verify_hours", whole()},
                   {"last_made", nullable(time())},
                   {"last_name", text()},
                   {"last_verified", nullable(time())},
                   {"last_verified_name", text()},
                   {"next_due", nullable(time())},
                   {"failures", whole()},
                   {"trouble", text()}});
}

Descriptions overview() {
    const Schema which =
        object({{"device?", text()}, {"destination?", text()}, {"depth?", words({"books", "rows"})}});
    return {get("/v1/status", "read-status", "Says how the gateway is.", status_answer()),
            get("/v1/books", "read-books", "Gives the books, and what differs in them.", books_answer_form())
                .asked_with(which),
            get("/v1/evidence", "read-status", "Measures what papers for auditors say.", evidence_answer()),
            get("/v1/dataflow", "read-configuration", "Gives the data flows of the configuration in force.",
                dataflow_answer())
                .asked_with(object({{"language?", words({"de", "en"})}})),
            get("/v1/traffic", "read-books", "Gives the last quarter of an hour.", traffic_answer()),
            get("/v1/configuration", "read-configuration", "Gives the settings in force.",
                configuration_answer()),
            post("/v1/reload", "reload-configuration", "Reads configuration and mappings again.", object({}),
                 object({{"reloaded", truth()}}))
                .by(Session::fresh),
            get("/v1/openapi.json", "", "Gives this document.", map(anything())).by(Session::none)};
}

Descriptions audit_log() {
    return {post("/v1/audit/export", "export-audit", "Announces an export and signs a checkpoint.",
                 object({}), object({{"newest", whole()}, {"checkpoint", text()}, {"origin", text(1)}}))
                .by(Session::fresh),
            get("/v1/audit/export", "export-audit", "Gives a page of the audit log in the export format.",
                object({{"last", whole()}, {"newest", whole()}, {"text", text()}}))
                .by(Session::fresh)
                .asked_with(object({{"first?", whole()}, {"most?", whole()}})),
            get("/v1/audit/key", "read-audit-key", "Gives the key that verifies checkpoints.",
                object({{"public_key", text(1)}}))};
}

Descriptions backups() {
    const Schema objects = object({{"objects", whole()},
                                   {"objects_octets", whole()},
                                   {"objects_removed", whole()},
                                   {"objects_lost", whole()}});
    const Schema proof = object({{"name", text(1)}, {"milliseconds", whole()}, {"digest", text(64, 64)}});
    const Schema made =
        joined(joined(proof, objects),
               object({{"data_octets", whole()}, {"persons_octets", whole()}, {"copied_octets", whole()}}));
    const Schema verified = joined(joined(proof, objects), object({{"made", time()},
                                                                   {"records", whole()},
                                                                   {"reports", whole()},
                                                                   {"persons", whole()},
                                                                   {"erased_since", whole()},
                                                                   {"databases", map(whole())}}));
    return {
        get("/v1/backups", "read-backups", "Says what is backed up when.", backups_answer()),
        post("/v1/backups", "create-backup", "Makes a backup; answers when it is on disk.", object({}), made)
            .by(Session::fresh)
            .may_answer({409, 500, 503}),
        post("/v1/backups/verify", "verify-backup", "Restores a backup into a scratch folder and proves it.",
             object({{"name?", nullable(text())}}), verified)
            .may_answer({409, 500, 503})};
}

}  // namespace

Descriptions state_descriptions() {
    return together({overview(), audit_log(), backups()});
}

}  // namespace edgeward::app
