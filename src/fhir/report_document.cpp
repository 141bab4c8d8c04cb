#include <edgeward/fhir/report_document.hpp>

#include <edgeward/core/secret.hpp>

#include "json_text.hpp"
#include "narrative.hpp"
#include "observation_text.hpp"
#include "pressure_panel.hpp"
#include "resource_text.hpp"

namespace edgeward::fhir {
namespace {

constexpr std::string_view bundle_profile =
    "https://gematik.de/fhir/isik/StructureDefinition/ISiKBerichtBundle";
constexpr std::string_view composition_profile =
    "https://gematik.de/fhir/isik/StructureDefinition/ISiKBerichtSubSysteme";
constexpr std::string_view report_type = "Ger\u00E4temesswerte";
constexpr std::string_view report_title = "Messwerte medizinischer Ger\u00E4te";
constexpr std::string_view withdrawn_title =
    "ZUR\u00DCCKGEZOGEN, nicht von dieser Person: Messwerte medizinischer Ger\u00E4te";

void append_text(std::string& out, std::string_view member, std::string_view text) {
    separate(out);
    append_string(out, member);
    out += ':';
    append_string(out, text);
}

void append_profile(std::string& out, std::string_view profile) {
    out += R"(,"meta":{"profile":[)";
    append_string(out, profile);
    out += "]}";
}

void append_narrative(std::string& out, std::string_view status, std::string div) {
    out += R"(,"text":{)";
    append_text(out, "status", status);
    append_text(out, "div", div);
    out += '}';
    wipe(div.data(), div.size());
}

void append_reference(std::string& out, std::string_view member, const std::string& uuid) {
    separate(out);
    append_string(out, member);
    out += R"(:{"reference":"urn:uuid:)";
    out += uuid;
    out += R"("})";
}

// The names of everything in one document.
struct Names {
    std::string bundle;
    std::string composition;
    std::string patient;
    std::string encounter;
    std::string device;
};

class DocumentWriter {
public:
    DocumentWriter(const BundleSettings& settings, const ReportPart& part, const NameGiver& uuid_of)
        : settings_(settings), part_(part), uuid_of_(uuid_of), person_(*part.subject.identity) {}

    Result<Bundle> write() {
        auto patient = patient_name(settings_, part_.subject);
        if (!patient) return failure(std::move(patient.error()));
        give_names(*patient);
        Bundle bundle;
        bundle.identifier = names_.bundle;
        std::string observations;
        append_observations(observations);
        std::string& out = bundle.body;
        out = R"({"resourceType":"Bundle")";
        append_profile(out, bundle_profile);
        out += R"(,"identifier":{"system":"urn:ietf:rfc:3986","value":"urn:uuid:)";
        out += names_.bundle;
        out += R"("},"type":"document")";
        append_text(out, "timestamp", to_rfc3339(part_.report->received));
        out += R"(,"entry":[)";
        append_composition(out, patient->value);
        open_entry(out, names_.patient);
        append_patient(out, settings_, part_.subject);
        out += '}';
        append_encounter(out);
        open_entry(out, names_.device);
        append_device(out, settings_, part_.device, false);
        out += '}';
        if (!observations.empty()) out += ',';
        out += observations;
        out += "]}";
        bundle.entries = 4 + observation_uuids_.size();
        wipe(observations.data(), observations.size());
        wipe(patient->value.data(), patient->value.size());
        return bundle;
    }

private:
    std::string name(std::string_view kind, std::string_view what) {
        std::string octets(kind);
        octets += what;
        std::string uuid = uuid_of_(bytes_of(octets));
        wipe(octets.data(), octets.size());
        return uuid;
    }

    void give_names(const Name& patient) {
        std::string ids;
        for (const auto& observation : part_.report->observations)
            ids += text_of(observation.id.octets);
        names_.bundle = name("Bundle|", ids);
        names_.composition = name("Composition|", ids);
        names_.patient = name("Patient|", patient.system + "|" + patient.value);
        names_.encounter = name("Encounter|", settings_.account_system + "|" + person_.visit_number);
        const Name device = device_name(settings_, part_.device, false);
        names_.device = name("Device|", device.system + "|" + device.value);
    }

    [[nodiscard]] std::string author() const {
        std::string text(part_.device.manufacturer);
        if (!text.empty() && !part_.device.model.empty()) text += ' ';
        text += part_.device.model;
        return text.empty() ? std::string(part_.device.id) : text;
    }

    void append_composition(std::string& out, std::string_view patient_number) {
        const std::string date = to_rfc3339(part_.report->received);
        const std::string_view title = part_.report->takes_back ? withdrawn_title : report_title;
        open_entry(out, names_.composition);
        out += R"({"resourceType":"Composition")";
        append_profile(out, composition_profile);
        append_narrative(out, "extensions",
                         letterhead_div({person_, patient_number, report_type, title, author(), date}));
        out += R"(,"identifier":{"system":"urn:ietf:rfc:3986","value":"urn:uuid:)";
        out += names_.bundle;
        out += R"("},"status":"final","type":{"coding":[)";
        append_coding(out, "http://loinc.org", "55112-7", "Document summary");
        out += ']';
        append_text(out, "text", report_type);
        out += '}';
        append_reference(out, "subject", names_.patient);
        append_reference(out, "encounter", names_.encounter);
        append_text(out, "date", date);
        out += R"(,"author":[{"reference":"urn:uuid:)";
        out += names_.device;
        out += '"';
        append_text(out, "display", author());
        out += "}]";
        append_text(out, "title", title);
        out += R"(,"section":[{)";
        append_text(out, "title", "Messwerte");
        append_narrative(out, "generated", values_div(part_.report->observations));
        out += R"(,"entry":[)";
        for (const auto& uuid : observation_uuids_) {
            separate(out);
            out += R"({"reference":"urn:uuid:)";
            out += uuid;
            out += R"("})";
        }
        out += "]}]}}";
    }

    // The case, as far as a device knows of it: the primary system finds its own by the number. R4 wants
    // status and class, which are not known.
    void append_encounter(std::string& out) {
        open_entry(out, names_.encounter);
        out += R"({"resourceType":"Encounter")";
        if (!settings_.visit_system.empty()) {
            out += R"(,"identifier":[{"type":{"coding":[)";
            append_coding(out, "http://terminology.hl7.org/CodeSystem/v2-0203", "VN");
            out += "]}";
            append_text(out, "system", settings_.visit_system);
            append_text(out, "value", person_.visit_number);
            out += "}]";
        }
        out += R"(,"status":"unknown","class":)";
        std::string unknown;
        append_coding(unknown, "http://terminology.hl7.org/CodeSystem/v3-NullFlavor", "UNK");
        out += unknown;
        append_reference(out, "subject", names_.patient);
        out += R"(,"account":[{"identifier":{"type":{"coding":[)";
        append_coding(out, "http://terminology.hl7.org/CodeSystem/v2-0203", "AN");
        out += "]}";
        append_text(out, "system", settings_.account_system);
        append_text(out, "value", person_.visit_number);
        out += "}}]}}";
    }

    void append_observations(std::string& out) {
        Surroundings around{settings_, names_.patient, names_.device, person_.visit_number};
        around.encounter = names_.encounter;
        around.identified = true;
        around.in_error = part_.report->takes_back.has_value();
        for (const auto& item : arrange(part_.report->observations)) {
            const std::string uuid = uuid_of_(item_octets(item));
            observation_uuids_.push_back(entry_uuid(uuid));
            open_entry(out, observation_uuids_.back());
            append_observation(out, around, item, uuid);
            out += '}';
        }
    }

    const BundleSettings& settings_;
    const ReportPart& part_;
    const NameGiver& uuid_of_;
    const model::Identity& person_;
    Names names_;
    std::vector<std::string> observation_uuids_;
};

}  // namespace

Result<Bundle> render_report_document(const BundleSettings& settings, const ReportPart& report,
                                      const NameGiver& uuid_of) {
    if (report.report == nullptr || report.report->observations.empty())
        return failure(ErrorKind::invalid_input, "a report has no observation");
    if (report.subject.identity == nullptr)
        return failure(ErrorKind::invalid_input, "an ISiK report is about an identified person");
    if (!has_content(report.subject.identity->visit_number))
        return failure(ErrorKind::rejected, "no visit of the person is known");
    for (const auto& observation : report.report->observations)
        if (!has_code(observation.code))
            return failure(ErrorKind::invalid_input, "an observation has no code");
    return DocumentWriter(settings, report, uuid_of).write();
}

}  // namespace edgeward::fhir
