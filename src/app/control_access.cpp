// /v1/persons/access: everything that is held of a person, for the person (Art. 15 DSGVO).

#include <algorithm>
#include <array>
#include <map>

#include <edgeward/fhir/bundle.hpp>
#include <edgeward/store/report_seal.hpp>

#include "control_consents.hpp"
#include "control_request.hpp"
#include "recipients.hpp"

namespace edgeward::app {
namespace {

using nlohmann::json;

constexpr std::array<std::string_view, 4> reasons = {"art15_request", "correction", "authority_order",
                                                     "other"};
constexpr std::size_t most_stays = 100'000;
constexpr std::size_t quarantined_at_once = 100;
constexpr std::size_t reports_at_once = 200;
constexpr std::size_t numbers_at_once = 5'000;

struct Asked {
    model::PatientIdentifier patient;
    std::string reason;
};

Result<Asked> asked_in(const ControlParts& parts, const json& body) {
    auto patient = patient_in(*parts.pipeline.catalogue(), body);
    if (!patient) return failure(std::move(patient.error()));
    auto reason = text_in(body, "reason", true);
    if (!reason) return failure(std::move(reason.error()));
    if (auto fine = expect_one_of(reasons, *reason, "reason"); !fine) return failure(std::move(fine.error()));
    return Asked{*std::move(patient), *std::move(reason)};
}

Result<void> record(const ControlParts& parts, const admin::HttpRequest& request, const std::string& reason,
                    std::string what, const model::Pseudonym& subject, std::uint64_t count) {
    auto event = make_event(request, audit::Action::person_accessed, std::move(what), subject);
    event.rule = reason;
    event.count = count;
    return write_audit(parts.writer, std::move(event));
}

// FHIR's name of an authority; the authority's own when none is configured any more.
std::string system_of(const pipeline::Catalogue& catalogue, const std::string& authority) {
    for (const auto& [system, name] : catalogue.systems) {
        if (name == authority) return system;
    }
    return authority;
}

json identity_json(const pipeline::Catalogue& catalogue, const model::Identity& identity) {
    json identifiers = json::array();
    for (const auto& one : identity.identifiers) {
        identifiers.push_back({{"value", one.value},
                               {"authority", one.authority},
                               {"type", one.type},
                               {"system", system_of(catalogue, one.authority)}});
    }
    return {{"identifiers", std::move(identifiers)},
            {"family", identity.family},
            {"given", identity.given},
            {"birth_date", identity.birth_date},
            {"sex", identity.sex},
            {"visit_number", identity.visit_number}};
}

// ---- messages in quarantine

// It names the person, as an erasure would find it; or read as it would be today, it is about the person.
Result<bool> concerns(const ControlParts& parts, const store::QuarantineEntry& entry,
                      const vault::PersonFile& file, const vault::PersonFinder& person) {
    const auto message = pipeline::open_quarantined(entry, parts.quarantine_key);
    if (!message) return failure(message.error());
    const Instant now = parts.clock.now();
    if (person.is_named_in(text_of(message->payload), now) || person.is_named_in(message->topic, now))
        return true;
    const auto inbound = parts.pipeline.decode_again(entry);
    if (!inbound && inbound.error().kind != ErrorKind::invalid_input) return failure(inbound.error());
    const auto* stored = inbound ? std::get_if<store::Stored>(&inbound->fate) : nullptr;
    if (stored == nullptr) return false;
    return std::any_of(stored->reports.begin(), stored->reports.end(), [&](const auto& report) {
        return report.subject &&
               std::find(file.subjects.begin(), file.subjects.end(), *report.subject) != file.subjects.end();
    });
}

Result<json> quarantine_json(const ControlParts& parts, const vault::PersonFile& file) {
    const auto person = parts.vault.finder_of(file.subjects.front());
    if (!person) return failure(person.error());
    std::map<std::string, std::uint64_t> by_reason;
    std::uint64_t after = 0;
    for (;;) {
        const auto entries = parts.reader.quarantine(quarantined_at_once, after);
        if (!entries) return failure(entries.error());
        for (const auto& entry : *entries) {
            const auto concerned = concerns(parts, entry, file, *person);
            if (!concerned) return failure(concerned.error());
            if (*concerned) ++by_reason[entry.reason];
            after = entry.id;
        }
        if (entries->size() < quarantined_at_once) break;
    }
    json made = json::array();
    for (const auto& [reason, count] : by_reason)
        made.push_back({{"reason", reason}, {"messages", count}});
    return made;
}

// ---- the head: everything but the measurements

json days(std::chrono::milliseconds time) {
    return std::chrono::duration_cast<std::chrono::hours>(time).count() / 24;
}

json keeping_json(const KeepingTimes& keeping) {
    return {{"measurements_days", days(keeping.clinical)},
            {"dead_letters_days", days(keeping.dead_letters)},
            {"quarantine_days", days(keeping.quarantine)}};
}

Result<json> places_json(const ControlParts& parts, const Asked& asked, const vault::PersonFile& file) {
    const auto stays = parts.vault.stays_of(asked.patient, most_stays);
    if (!stays) return failure(stays.error());
    json made = {{"stays", json::array()}, {"devices", json::array()}};
    for (const auto& stay : *stays) {
        made["stays"].push_back(
            {{"bed", stay.bed}, {"from", to_rfc3339(stay.from)}, {"until", time_or_null(stay.until)}});
    }
    for (const auto& one : file.devices) {
        made["devices"].push_back(
            {{"device", one.device}, {"from", to_rfc3339(one.from)}, {"until", time_or_null(one.until)}});
    }
    return made;
}

Result<json> recipients_json(const ControlParts& parts, const vault::PersonFile& file) {
    const auto recipients =
        recipients_of(parts.reader, file.subjects, parts.delivery.destinations(), std::nullopt);
    if (!recipients) return failure(recipients.error());
    json made = json::array();
    for (const auto& one : *recipients)
        made.push_back(json_of(one));
    return made;
}

Result<json> head(const ControlParts& parts, const Asked& asked, const vault::PersonFile& file) {
    json made = {{"known", true},
                 {"made", to_rfc3339(parts.clock.now())},
                 {"person", identity_json(*parts.pipeline.catalogue(), file.identity)},
                 {"keeping", keeping_json(parts.keeping())}};
    const auto places = places_json(parts, asked, file);
    if (!places) return failure(places.error());
    made.update(*places);
    const auto recorded = parts.vault.consents_of(asked.patient);
    if (!recorded) return failure(recorded.error());
    if (*recorded) {
        auto consents = consents_on_record(parts, **recorded);
        if (!consents) return failure(std::move(consents.error()));
        made["consents"] = *std::move(consents);
    }
    auto quarantine = quarantine_json(parts, file);
    if (!quarantine) return failure(std::move(quarantine.error()));
    made["quarantine"] = *std::move(quarantine);
    auto recipients = recipients_json(parts, file);
    if (!recipients) return failure(std::move(recipients.error()));
    made["recipients"] = *std::move(recipients);
    return made;
}

Result<json> access_head(const ControlParts& parts, const admin::HttpRequest& request) {
    const auto body = object_in_body(request);
    if (!body) return failure(body.error());
    const auto asked = asked_in(parts, *body);
    if (!asked) return failure(asked.error());
    const auto file = parts.vault.file_of(asked->patient);
    if (!file) return failure(file.error());
    if (!*file) return json{{"known", false}};
    auto made = head(parts, *asked, **file);
    if (!made) return made;
    if (auto written = record(parts, request, asked->reason, "person", (*file)->subjects.front(), 1);
        !written)
        return failure(written.error());
    return made;
}

// ---- the measurements

struct ValueText {
    std::string operator()(const std::monostate&) const { return {}; }
    std::string operator()(const model::Quantity& value) const {
        return value.comparator + value.value.text() + " " + value.ucum;
    }
    std::string operator()(const model::Text&) const { return {}; }
    std::string operator()(const model::CodedValue& value) const {
        return value.display.empty() ? value.code : value.display;
    }
    std::string operator()(bool value) const { return value ? "true" : "false"; }
    std::string operator()(const model::SampledData& value) const {
        return value.samples + " (origin " + value.origin.text() + ", factor " + value.factor.text() + ", " +
               std::to_string(value.period.count()) + " us, " + value.ucum + ")";
    }
};

json observation_json(const model::Observation& one) {
    const bool withheld = std::holds_alternative<model::Text>(one.value);
    const auto& code = one.code;
    json made = {{"time", to_rfc3339(one.effective)},
                 {"name", code.display.empty() ? code.local_code : code.display},
                 {"loinc", code.loinc},
                 {"category", model::name_of(one.category)},
                 {"quality", model::name_of(one.quality)},
                 {"withheld", withheld}};
    made["value"] = withheld ? json(nullptr) : json(std::visit(ValueText{}, one.value));
    return made;
}

json report_json(const model::Report& report) {
    json observations = json::array();
    for (const auto& one : report.observations)
        observations.push_back(observation_json(one));
    return {{"device", report.device},
            {"ward", report.location.ward},
            {"received", to_rfc3339(report.received)},
            {"observations", std::move(observations)}};
}

// Patient, Devices and Observations as {"fullUrl", "resource"}. Free text stays out: it may name others.
Result<json> fhir_entries(const pipeline::Catalogue& catalogue, const model::Identity& identity,
                          std::vector<model::Report>& reports) {
    fhir::BundleSettings settings;
    settings.device_system = "urn:edgeward:device";
    for (const auto& [system, name] : catalogue.systems)
        settings.authorities[name] = {system, {}};
    std::vector<fhir::ReportPart> rendered;
    for (auto& report : reports) {
        std::erase_if(report.observations,
                      [](const auto& one) { return std::holds_alternative<model::Text>(one.value); });
        if (report.observations.empty()) continue;
        rendered.push_back({&report, {&identity, {}}, {report.device, {}, {}, {}, {}}});
    }
    json entries = json::array();
    if (rendered.empty()) return entries;
    const auto bundle = fhir::render_bundle(settings, rendered,
                                            [](ByteView octets) { return to_uuid(crypto::sha256(octets)); });
    if (!bundle) return failure(bundle.error());
    const auto parsed = json::parse(bundle->body);
    for (const auto& entry : parsed.at("entry"))
        entries.push_back({{"fullUrl", entry.at("fullUrl")}, {"resource", entry.at("resource")}});
    return entries;
}

// Where a page begins: the n-th pseudonym of the person, reports after that number.
struct Place {
    std::uint64_t subject = 0;
    std::uint64_t after = 0;
};

Result<Place> place_in(const json& body) {
    Place place;
    for (const auto& [field, number] :
         {std::pair("subject", &place.subject), std::pair("after", &place.after)}) {
        const auto found = body.find(field);
        if (found == body.end()) continue;
        if (!found->is_number_unsigned())
            return failure(ErrorKind::invalid_input, std::string(field) + ": expected a whole number");
        *number = found->get<std::uint64_t>();
    }
    return place;
}

Result<std::vector<model::Report>> open_all(const ControlParts& parts,
                                            const std::vector<store::Delivery>& rows) {
    std::vector<model::Report> reports;
    for (const auto& row : rows) {
        const auto subject = parts.vault.subject(*row.subject);
        if (!subject) return failure(subject.error());
        if (!*subject) continue;  // erased meanwhile
        auto report = store::open_report(row, *(*subject)->data_key);
        if (!report) return failure(std::move(report.error()));
        reports.push_back(*std::move(report));
    }
    return reports;
}

Result<json> access_reports(const ControlParts& parts, const admin::HttpRequest& request) {
    const auto body = object_in_body(request);
    if (!body) return failure(body.error());
    const auto asked = asked_in(parts, *body);
    if (!asked) return failure(asked.error());
    const auto place = place_in(*body);
    if (!place) return failure(place.error());
    const auto file = parts.vault.file_of(asked->patient);
    if (!file) return failure(file.error());
    json made = {{"reports", json::array()}, {"entries", json::array()}, {"next", nullptr}};
    if (!*file || place->subject >= (*file)->subjects.size()) return made;
    const auto& subject = (*file)->subjects[place->subject];
    const auto found = parts.reader.measurements_of(subject, place->after, numbers_at_once, reports_at_once);
    if (!found) return failure(found.error());
    auto reports = open_all(parts, found->reports);
    if (!reports) return failure(std::move(reports.error()));
    for (const auto& report : *reports)
        made["reports"].push_back(report_json(report));
    auto entries = fhir_entries(*parts.pipeline.catalogue(), (*file)->identity, *reports);
    if (!entries) return failure(std::move(entries.error()));
    made["entries"] = *std::move(entries);
    if (found->looked_to != 0) {
        made["next"] = {{"subject", place->subject}, {"after", found->looked_to}};
    } else if (place->subject + 1 < (*file)->subjects.size()) {
        made["next"] = {{"subject", place->subject + 1}, {"after", 0}};
    }
    if (reports->empty()) return made;
    auto written = record(parts, request, asked->reason, "measurements", subject, reports->size());
    if (!written) return failure(std::move(written.error()));
    return made;
}

}  // namespace

admin::Routes access_routes(const ControlParts& parts) {
    return {control_route("POST", "/v1/persons/access",
                          [parts](const admin::HttpRequest& request) { return access_head(parts, request); }),
            control_route("POST", "/v1/persons/access/reports", [parts](const admin::HttpRequest& request) {
                return access_reports(parts, request);
            })};
}

}  // namespace edgeward::app
