// What persons may demand: access, rectification, restriction, erasure; and what stands against it.

#include <array>

#include <edgeward/vault/erasure_register.hpp>
#include <edgeward/vault/person_rights.hpp>

#include "described_routes.hpp"

namespace edgeward::app {
namespace {

using namespace admin::schema;
using admin::Descriptions;
using admin::get;
using admin::post;
using admin::Schema;
using admin::Session;

Schema reason(std::span<const std::string_view> known) {
    return object({{"reason", words(known)}});
}

Schema person() {
    const Schema identifier =
        object({{"value", text(1)}, {"authority", text(1)}, {"type", text()}, {"system", text()}});
    return object({{"identifiers", list(identifier)},
                   {"family", text()},
                   {"given", text()},
                   {"birth_date", text()},
                   {"sex", text()},
                   {"visit_number", text()}});
}

Schema file() {
    const Schema when = object({{"from", time()}, {"until", nullable(time())}});
    const Schema keeping = object(
        {{"measurements_days", whole()}, {"dead_letters_days", whole()}, {"quarantine_days", whole()}});
    return object({{"known", truth()},
                   {"made?", time()},
                   {"person?", person()},
                   {"stays?", list(joined(object({{"bed", text(1)}}), when))},
                   {"devices?", list(joined(object({{"device", text(1)}}), when))},
                   {"consents?", map(anything())},
                   {"quarantine?", list(object({{"reason", text(1)}, {"messages", whole()}}))},
                   {"recipients?", list(recipient_form())},
                   {"keeping?", keeping}});
}

Schema measurements() {
    const Schema observation = object({{"time", time()},
                                       {"name", text()},
                                       {"loinc", text()},
                                       {"category", text(1)},
                                       {"quality", text(1)},
                                       {"value", nullable(text())},
                                       {"withheld", truth()}});
    const Schema report = object(
        {{"device", text()}, {"ward", text()}, {"received", time()}, {"observations", list(observation)}});
    return object({{"reports", list(report)},
                   {"entries", list(object({{"fullUrl", text(1)}, {"resource", map(anything())}}))},
                   {"next", nullable(object({{"subject", whole()}, {"after", whole()}}))}});
}

Descriptions access() {
    constexpr std::array<std::string_view, 4> reasons{"art15_request", "correction", "authority_order",
                                                      "other"};
    const Schema asked = joined(patient_form(), reason(reasons));
    return {post("/v1/persons/access", "access-person",
                 "Gives what is held of a person but the measurements (Art. 15 DSGVO).", asked, file())
                .by(Session::fresh),
            post("/v1/persons/access/reports", "access-person",
                 "Gives a page of a person's measurements (Art. 15 DSGVO).",
                 joined(asked, object({{"subject?", whole()}, {"after?", whole()}})), measurements())
                .by(Session::fresh)};
}

Descriptions corrections() {
    const Schema said = nullable(text());
    const Schema right = object({{"family?", said},
                                 {"given?", said},
                                 {"birth_date?", said},
                                 {"sex?", said},
                                 {"visit_number?", said},
                                 {"add_identifiers?", list(identifier_form())},
                                 {"remove_identifiers?", list(identifier_form())}});
    const Schema recipients = object({{"recipients", list(recipient_form())}});
    const Schema restriction = object({{"restriction", integer()},
                                       {"reason", text(1)},
                                       {"reach", words({"secondary", "all"})},
                                       {"set", time()},
                                       {"actor", text(1)},
                                       {"lifted", nullable(time())},
                                       {"in_force", truth()}});
    const Schema reach = object({{"reach?", nullable(words({"secondary", "all", ""}))}});
    return {post("/v1/persons/rectify", "rectify-person", "Puts right who a person is (Art. 16 DSGVO).",
                 joined(patient_form(), right), joined(object({{"changed", list(text(1))}}), recipients))
                .by(Session::fresh),
            post("/v1/persons/restrict", "restrict-person", "Restricts processing (Art. 18 DSGVO).",
                 joined(joined(patient_form(), reason(vault::restriction_reasons)), reach),
                 joined(object({{"restriction", integer()}}), recipients))
                .by(Session::fresh),
            post("/v1/persons/restrictions", "list-restrictions", "Lists a person's restrictions.",
                 patient_form(), object({{"restrictions", list(restriction)}})),
            post("/v1/restrictions/{id}/lift", "restrict-person", "Lifts a restriction.", object({}),
                 object({{"lifted", whole()}}))
                .by(Session::fresh)};
}

Schema hold() {
    return object({{"hold", integer()},
                   {"reason", text(1)},
                   {"set", time()},
                   {"actor", text(1)},
                   {"until", nullable(time())},
                   {"released", nullable(time())},
                   {"in_force", truth()}});
}

Schema extent() {
    const Schema recipient = object({{"destination", text(1)},
                                     {"disclosed", whole()},
                                     {"delivered", whole()},
                                     {"first", time()},
                                     {"last", time()}});
    return object({{"vault", map(whole())},
                   {"reports", whole()},
                   {"undelivered", map(object({{"waiting", whole()}, {"dead_lettered", whole()}}))},
                   {"held_messages", list(whole())},
                   {"unsearched_identifiers", whole()},
                   {"recipients", list(recipient)},
                   {"legal_holds", list(hold())},
                   {"obstacle", nullable(text(1))}});
}

Schema erasure() {
    return object({{"request", whole()},
                   {"state", words({"open", "rejected", "approved", "done"})},
                   {"reason", text(1)},
                   {"requester", text(1)},
                   {"requested", time()},
                   {"decider", nullable(text())},
                   {"decided", nullable(time())},
                   {"rejection", nullable(text())},
                   {"gives_up_undelivered", truth()}});
}

Descriptions erasures() {
    const Schema state = object({{"request", whole()}, {"state", text(1)}});
    const Schema paper = object({{"certificate", text(1)}});
    return {
        post("/v1/erasures/preview", "preview-erasure", "Says what an erasure would take.", patient_form(),
             extent()),
        post("/v1/erasures", "request-erasure", "Asks for an erasure (Art. 17 DSGVO).",
             joined(patient_form(), reason(vault::erasure_reasons)), state)
            .by(Session::fresh)
            .may_answer({409}),
        get("/v1/erasures", "list-erasures", "Lists the requests.", object({{"erasures", list(erasure())}})),
        post("/v1/erasures/{number}/approve", "approve-erasure", "Approves an erasure and carries it out.",
             object({{"give_up_undelivered?", truth()}}), joined(state, paper))
            .by(Session::fresh)
            .may_answer({409, 503}),
        post("/v1/erasures/{number}/reject", "reject-erasure", "Rejects a request.",
             reason(vault::rejection_reasons), state)
            .by(Session::fresh)
            .may_answer({409}),
        get("/v1/erasures/{number}/certificate", "list-erasures", "Gives the certificate of an erasure.",
            joined(object({{"request", whole()}}), paper))
            .may_answer({409})};
}

Descriptions holds() {
    return {post("/v1/holds", "set-legal-hold", "Keeps a person from erasure.",
                 joined(joined(patient_form(), reason(vault::hold_reasons)),
                        object({{"until?", nullable(time())}})),
                 object({{"hold", integer()}}))
                .by(Session::fresh),
            post("/v1/holds/{id}/release", "release-legal-hold", "Ends that.", object({}),
                 object({{"released", whole()}}))
                .by(Session::fresh),
            post("/v1/holds/list", "list-legal-holds", "Lists a person's holds.", patient_form(),
                 object({{"holds", list(hold())}}))};
}

}  // namespace

Descriptions rights_descriptions() {
    return together({access(), corrections(), erasures(), holds()});
}

}  // namespace edgeward::app
