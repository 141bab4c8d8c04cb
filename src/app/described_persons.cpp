// Persons, who was where, and what they agreed to.

#include "described_routes.hpp"
#include "resolution_reasons.hpp"

namespace edgeward::app {
namespace {

using namespace admin::schema;
using admin::Descriptions;
using admin::get;
using admin::post;
using admin::Schema;
using admin::Session;

// As it is answered: without its type.
Schema plain_identifier() {
    return object({{"value", text(1)}, {"authority", text(1)}});
}

Schema typed_identifier() {
    return joined(plain_identifier(), object({{"type", text()}}));
}

Descriptions persons() {
    const Schema said = nullable(text());
    return {post("/v1/persons", "admit-person", "Makes a person known, or says anew who it is.",
                 object({{"identifiers", list(identifier_form(), 1)},
                         {"family?", said},
                         {"given?", said},
                         {"birth_date?", said},
                         {"sex?", said},
                         {"visit_number?", said}}),
                 object({{"admitted", truth()}})),
            post("/v1/pseudonyms/resolve", "resolve-pseudonym", "Says whose a destination's pseudonym is.",
                 object({{"destination", text(1)},
                         {"pseudonym", text(1)},
                         {"reason", words(resolution_reasons)},
                         {"correct?", truth()}}),
                 object({{"destination", text(1)},
                         {"identifiers", list(typed_identifier())},
                         {"corrected", truth()},
                         {"pseudonym?", text(1)}}))
                .by(Session::fresh)
                .may_answer({409})};
}

Descriptions places() {
    const Schema ending = object({{"device", text(1)}, {"until", time()}});
    const Schema ended = object({{"ended", truth()}});
    const Schema when = object({{"from", time()}, {"until", nullable(time())}});
    const Schema from = object({{"from", time()}, {"until?", nullable(time())}});
    const Schema device = object({{"device", text(1)}});
    const Schema bed = object({{"bed", text(1)}});
    const Schema whose = object({{"patient", plain_identifier()}});
    return {
        post("/v1/associations", "associate-device", "Says whom a device measures from when on.",
             joined(joined(device, patient_form()), from), object({{"association", integer()}})),
        post("/v1/associations/end", "associate-device", "Ends that.", ending, ended),
        get("/v1/associations/{device}", "list-associations", "Lists whom a device measured.",
            object(
                {{"associations",
                  list(joined(joined(object({{"association", integer()}}), joined(device, whose)), when))}})),
        post("/v1/placements", "place-device", "Says which bed a device stands at from when on.",
             joined(joined(device, bed), from), object({{"placement", integer()}})),
        post("/v1/placements/end", "place-device", "Ends that.", ending, ended),
        get("/v1/placements/{device}", "list-placements", "Lists the beds a device stood at.",
            object({{"placements",
                     list(joined(joined(object({{"placement", integer()}}), joined(device, bed)), when))}})),
        post("/v1/stays", "list-stays", "Lists who was in a bed, or where a person was.",
             object({{"bed?", nullable(text())}, {"patient?", identifier_form()}}),
             object({{"stays", list(joined(joined(bed, whose), when))}}))};
}

Schema entry() {
    return object({{"purpose", words({"research", "quality", "maintenance"})},
                   {"decision", words({"permit", "deny"})},
                   {"from", nullable(time())},
                   {"until", nullable(time())},
                   {"recorded", time()}});
}

Schema document() {
    const Schema provision = object({{"code", whole()},
                                     {"decision", words({"permit", "deny"})},
                                     {"from", nullable(time())},
                                     {"until", nullable(time())},
                                     {"decides", truth()}});
    return object({{"identifier", text()},
                   {"id", text()},
                   {"status", text(1)},
                   {"policy", text()},
                   {"stated", nullable(time())},
                   {"version", nullable(time())},
                   {"recorded", time()},
                   {"superseded", nullable(time())},
                   {"provisions", list(provision)}});
}

Schema imported() {
    const Schema state = words({"given", "denied", "unknown"});
    return object({{"resource", text(1)},
                   {"outcome", words({"recorded", "replaced", "unchanged", "older"})},
                   {"status", text(1)},
                   {"research", state},
                   {"withdrawn", truth()},
                   {"permitted", list(whole())},
                   {"denied", list(whole())},
                   {"recipients?", list(recipient_form())}});
}

Descriptions consents() {
    const Schema decided = object({{"purpose", words({"research", "quality", "maintenance"})},
                                   {"decision", words({"permit", "deny"})},
                                   {"from", time()},
                                   {"until", time()}});
    const Schema state =
        object({{"state", words({"given", "denied", "unknown"})}, {"until", nullable(time())}});
    return {post("/v1/consents", "record-consent", "Records what a person decided on a purpose.",
                 joined(patient_form(), decided),
                 object({{"recorded", truth()}, {"recipients?", list(recipient_form())}})),
            post("/v1/consents/fhir", "record-consent", "Records FHIR R4 Consents; all or nothing.",
                 map(anything()), object({{"consents", list(imported())}})),
            post("/v1/consents/show", "show-consent", "Shows what a person decided.", patient_form(),
                 object({{"known", truth()},
                         {"purposes", map(state)},
                         {"entries", list(entry())},
                         {"documents", list(document())}})),
            post("/v1/consents/recipients", "list-recipients", "Lists who got data of a person.",
                 joined(patient_form(),
                        object({{"purpose?",
                                 nullable(words({"treatment", "research", "quality", "maintenance", ""}))}})),
                 object({{"recipients", list(recipient_form())}}))};
}

}  // namespace

Schema identifier_form() {
    return object({{"value", text(1)}, {"authority", text(1)}, {"type?", nullable(text())}});
}

Schema patient_form() {
    return object({{"patient", identifier_form()}});
}

Schema recipient_form() {
    const Schema acknowledged =
        object({{"reports", whole()}, {"first", nullable(time())}, {"last", nullable(time())}});
    return object({{"destination", text(1)},
                   {"purposes", list(text(1))},
                   {"levels", list(text(1))},
                   {"legal_bases", list(text(1))},
                   {"reports", whole()},
                   {"first", time()},
                   {"last", time()},
                   {"acknowledged", acknowledged}});
}

Descriptions person_descriptions() {
    return together({persons(), places(), consents()});
}

}  // namespace edgeward::app
