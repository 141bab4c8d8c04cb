// /v1/consents: what a person agreed to, entered by hand or as FHIR Consent, and whom to tell of a
// withdrawal.

#include <algorithm>

#include <edgeward/fhir/consent.hpp>
#include <edgeward/policy/broad_consent.hpp>

#include "control_consents.hpp"
#include "control_request.hpp"
#include "recipients.hpp"

namespace edgeward::app {
namespace {

using nlohmann::json;

constexpr auto only_recipients_missing =
    "the consent is recorded; ask again who got data (edgeward consent recipients)";

Result<std::pair<model::PatientIdentifier, vault::ConsentEntry>> entry_in(const ControlParts& parts,
                                                                          const json& body) {
    const auto patient = patient_in(*parts.pipeline.catalogue(), body);
    if (!patient) return failure(patient.error());
    const auto purpose_text = text_in(body, "purpose", true);
    if (!purpose_text) return failure(purpose_text.error());
    const auto purpose = model::parse_purpose(*purpose_text);
    if (!purpose) return failure(Error(purpose.error()).during("purpose"));
    const auto decision = text_in(body, "decision", true);
    if (!decision) return failure(decision.error());
    if (*decision != "permit" && *decision != "deny") {
        return failure(ErrorKind::invalid_input, "decision: expected permit or deny");
    }
    const auto from = time_in(body, "from");
    if (!from) return failure(from.error());
    const auto until = time_in(body, "until");
    if (!until) return failure(until.error());
    return std::pair(*patient, vault::ConsentEntry{*purpose, *decision == "permit", *from, *until});
}

Result<json> record_consent(const ControlParts& parts, const admin::HttpRequest& request) {
    const auto body = object_in_body(request);
    if (!body) return failure(body.error());
    const auto entry = entry_in(parts, *body);
    if (!entry) return failure(entry.error());
    const auto& [patient, consent] = *entry;
    auto recorded = parts.changes.record([&, &patient = patient, &consent = consent] {
        return parts.vault.set_consent(patient, consent, actor_of(request));
    });
    if (!recorded) return failure(std::move(recorded.error()));
    json made = {{"recorded", true}};
    if (consent.given) return made;
    const auto recipients = recipients_of_patient(parts, request, patient, consent.purpose);
    if (!recipients) return failure(Error(recipients.error()).during(only_recipients_missing));
    made["recipients"] = *recipients;
    return made;
}

// ---- documents

// Identifiers by authorities that are configured here. Others are of no use and no harm.
Result<std::vector<model::PatientIdentifier>> known_identifiers(
    const pipeline::Catalogue& catalogue, const std::vector<fhir::SystemIdentifier>& given,
    const std::string& path) {
    std::vector<model::PatientIdentifier> known;
    for (const auto& one : given) {
        const auto authority = catalogue.systems.find(one.system);
        if (authority == catalogue.systems.end()) continue;
        model::PatientIdentifier identifier;
        identifier.value = one.value;
        identifier.authority = authority->second;
        known.push_back(std::move(identifier));
    }
    if (known.empty())
        return failure(ErrorKind::invalid_input,
                       path +
                           ".patient: expected an identifier whose system is that of a configured "
                           "[[authority]]");
    return known;
}

Result<std::vector<vault::ConsentImport>> imports_in(const ControlParts& parts,
                                                     const std::vector<fhir::ConsentResource>& resources) {
    const auto catalogue = parts.pipeline.catalogue();
    std::vector<vault::ConsentImport> imports;
    for (const auto& resource : resources) {
        auto consent = fhir::read_consent(resource, catalogue->zone);
        if (!consent) return failure(std::move(consent.error()));
        auto patient = known_identifiers(*catalogue, consent->patient, resource.path);
        if (!patient) return failure(std::move(patient.error()));
        imports.push_back({*std::move(patient), std::move(consent->document)});
    }
    return imports;
}

json codes_of(const model::ConsentDocument& document, bool permit) {
    std::vector<std::uint16_t> codes;
    for (const auto& provision : document.provisions) {
        if (provision.permit == permit) codes.push_back(provision.code);
    }
    std::sort(codes.begin(), codes.end());
    codes.erase(std::unique(codes.begin(), codes.end()), codes.end());
    return codes;
}

Result<json> json_of(const ControlParts& parts, const admin::HttpRequest& request, const std::string& path,
                     const vault::ConsentImport& import, const vault::ImportedConsent& imported) {
    const bool withdrawn =
        imported.before == policy::Consent::given && imported.after != policy::Consent::given;
    json made = {{"resource", path},
                 {"outcome", vault::name_of(imported.outcome)},
                 {"status", model::name_of(import.document.status)},
                 {"research", policy::name_of(imported.after)},
                 {"withdrawn", withdrawn},
                 {"permitted", codes_of(import.document, true)},
                 {"denied", codes_of(import.document, false)}};
    if (!withdrawn) return made;
    const auto recipients =
        recipients_of_patient(parts, request, import.patient.front(), model::Purpose::research);
    if (!recipients) return failure(Error(recipients.error()).during(only_recipients_missing));
    made["recipients"] = *recipients;
    return made;
}

Result<json> import_consents(const ControlParts& parts, const admin::HttpRequest& request) {
    const auto resources = fhir::split_consents(request.body);
    if (!resources) return failure(resources.error());
    const auto imports = imports_in(parts, *resources);
    if (!imports) return failure(imports.error());
    const auto imported =
        parts.changes.record([&] { return parts.vault.import_consents(*imports, actor_of(request)); });
    if (!imported) return failure(imported.error());
    json made = json::array();
    for (std::size_t i = 0; i < imported->size(); ++i) {
        auto one = json_of(parts, request, (*resources)[i].path, (*imports)[i], (*imported)[i]);
        if (!one) return failure(std::move(one.error()));
        made.push_back(*std::move(one));
    }
    return json{{"consents", std::move(made)}};
}

// ---- what is on record

json bound(Instant time) {
    const bool open = time <= model::beginning_of_time || time >= model::end_of_time;
    return open ? json(nullptr) : json(to_rfc3339(time));
}

json json_of(const vault::RecordedEntry& entry) {
    return {{"purpose", model::name_of(entry.entry.purpose)},
            {"decision", entry.entry.given ? "permit" : "deny"},
            {"from", bound(entry.entry.from)},
            {"until", bound(entry.entry.until)},
            {"recorded", to_rfc3339(entry.recorded)}};
}

json json_of(const vault::RecordedDocument& recorded) {
    const auto& document = recorded.document;
    json provisions = json::array();
    for (const auto& provision : document.provisions) {
        provisions.push_back({{"code", provision.code},
                              {"decision", provision.permit ? "permit" : "deny"},
                              {"from", bound(provision.from)},
                              {"until", bound(provision.until)},
                              {"decides", policy::decides(provision.code)}});
    }
    json made = {{"identifier", document.identifier},         {"id", document.id},
                 {"status", model::name_of(document.status)}, {"policy", document.policy},
                 {"recorded", to_rfc3339(recorded.recorded)}, {"provisions", std::move(provisions)}};
    made["stated"] = time_or_null(document.stated);
    made["version"] = time_or_null(document.version);
    made["superseded"] = time_or_null(recorded.superseded);
    return made;
}

// Every moment at which the answer can change.
std::vector<Instant> turns_after(Instant now, const vault::RecordedConsents& recorded) {
    std::vector<Instant> turns;
    for (const auto& one : recorded.entries)
        turns.insert(turns.end(), {one.entry.from, one.entry.until});
    for (const auto& one : recorded.documents) {
        for (const auto& provision : one.document.provisions)
            turns.insert(turns.end(), {provision.from, provision.until});
    }
    std::erase_if(turns, [now](Instant turn) { return turn <= now; });
    std::sort(turns.begin(), turns.end());
    turns.erase(std::unique(turns.begin(), turns.end()), turns.end());
    return turns;
}

// What holds of data measured now, and until when.
Result<json> state_of(const ControlParts& parts, const vault::RecordedConsents& recorded,
                      model::Purpose purpose) {
    const Instant now = parts.clock.now();
    const auto state = parts.vault.consent(recorded.subject, purpose, now, now);
    if (!state) return failure(state.error());
    json made = {{"state", policy::name_of(*state)}, {"until", nullptr}};
    for (const Instant turn : turns_after(now, recorded)) {
        const auto then = parts.vault.consent(recorded.subject, purpose, turn, now);
        if (!then) return failure(then.error());
        if (*then == *state) continue;
        made["until"] = bound(turn);
        break;
    }
    return made;
}

Result<json> show_consents(const ControlParts& parts, const admin::HttpRequest& request) {
    const auto body = object_in_body(request);
    if (!body) return failure(body.error());
    const auto patient = patient_in(*parts.pipeline.catalogue(), *body);
    if (!patient) return failure(patient.error());
    const auto recorded = parts.vault.consents_of(*patient);
    if (!recorded) return failure(recorded.error());
    auto event = make_event(request, audit::Action::consent_shown, *recorded ? "known" : "nobody");
    if (*recorded) event.subject = (*recorded)->subject;
    if (auto written = write_audit(parts.writer, std::move(event)); !written) return failure(written.error());
    json made = {{"known", recorded->has_value()}};
    if (!*recorded) {
        made.update({{"purposes", json::object()}, {"entries", json::array()}, {"documents", json::array()}});
        return made;
    }
    const auto found = consents_on_record(parts, **recorded);
    if (!found) return failure(found.error());
    made.update(*found);
    return made;
}

Result<json> list_recipients(const ControlParts& parts, const admin::HttpRequest& request) {
    const auto body = object_in_body(request);
    if (!body) return failure(body.error());
    const auto patient = patient_in(*parts.pipeline.catalogue(), *body);
    if (!patient) return failure(patient.error());
    const auto named = text_in(*body, "purpose", false);
    if (!named) return failure(named.error());
    std::optional<model::Purpose> purpose;
    if (!named->empty()) {
        const auto parsed = model::parse_purpose(*named);
        if (!parsed) return failure(Error(parsed.error()).during("purpose"));
        purpose = *parsed;
    }
    auto recipients = recipients_of_patient(parts, request, *patient, purpose);
    if (!recipients) return failure(std::move(recipients.error()));
    return json{{"recipients", *std::move(recipients)}};
}

}  // namespace

Result<json> recipients_of_subjects(const ControlParts& parts, const admin::HttpRequest& request,
                                    const std::vector<model::Pseudonym>& subjects,
                                    std::optional<model::Purpose> purpose) {
    const auto recipients = recipients_of(parts.reader, subjects, parts.delivery.destinations(), purpose);
    if (!recipients) return failure(recipients.error());
    auto event = make_event(request, audit::Action::recipients_listed,
                            purpose ? std::string(model::name_of(*purpose)) : std::string("all purposes"));
    if (!subjects.empty()) event.subject = subjects.front();
    event.count = recipients->size();
    if (auto written = write_audit(parts.writer, std::move(event)); !written) return failure(written.error());
    json made = json::array();
    for (const auto& one : *recipients)
        made.push_back(json_of(one));
    return made;
}

Result<json> recipients_of_patient(const ControlParts& parts, const admin::HttpRequest& request,
                                   const model::PatientIdentifier& patient,
                                   std::optional<model::Purpose> purpose) {
    const auto subjects = parts.vault.pseudonyms_of(patient);
    if (!subjects) return failure(subjects.error());
    return recipients_of_subjects(parts, request, *subjects, purpose);
}

Result<json> consents_on_record(const ControlParts& parts, const vault::RecordedConsents& recorded) {
    json made = {{"purposes", json::object()}, {"entries", json::array()}, {"documents", json::array()}};
    for (const auto purpose :
         {model::Purpose::research, model::Purpose::quality, model::Purpose::maintenance}) {
        auto state = state_of(parts, recorded, purpose);
        if (!state) return failure(std::move(state.error()));
        made["purposes"][std::string(model::name_of(purpose))] = *std::move(state);
    }
    for (const auto& one : recorded.entries)
        made["entries"].push_back(json_of(one));
    for (const auto& one : recorded.documents)
        made["documents"].push_back(json_of(one));
    return made;
}

admin::Routes consent_routes(const ControlParts& parts) {
    return {
        control_route("POST", "/v1/consents",
                      [parts](const admin::HttpRequest& request) { return record_consent(parts, request); }),
        control_route("POST", "/v1/consents/fhir",
                      [parts](const admin::HttpRequest& request) { return import_consents(parts, request); }),
        control_route("POST", "/v1/consents/show",
                      [parts](const admin::HttpRequest& request) { return show_consents(parts, request); }),
        control_route("POST", "/v1/consents/recipients", [parts](const admin::HttpRequest& request) {
            return list_recipients(parts, request);
        })};
}

}  // namespace edgeward::app
