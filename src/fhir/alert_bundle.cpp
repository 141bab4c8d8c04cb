#include <edgeward/fhir/alert_bundle.hpp>

#include "json_text.hpp"
#include "resource_text.hpp"
#include "value_text.hpp"

namespace edgeward::fhir {
namespace {

using model::Alert;
using model::AlertValue;

constexpr std::string_view rule_system = "urn:edgeward:fhir:alarm-rule";

void append_text(std::string& out, std::string_view member, std::string_view text) {
    separate(out);
    append_string(out, member);
    out += ':';
    append_string(out, text);
}

// DetectedIssue.severity, R4 value set detectedissue-severity.
std::string_view severity_of(Alert::Priority priority) {
    switch (priority) {
        case Alert::Priority::low:
            return "low";
        case Alert::Priority::medium:
            return "moderate";
        case Alert::Priority::high:
            break;
    }
    return "high";
}

std::string value_id(std::size_t number) {
    return "value-" + std::to_string(number + 1);
}

void append_limit(std::string& out, std::string_view member, const AlertValue& value,
                  const std::string& limit) {
    if (limit.empty()) return;
    separate(out);
    append_string(out, member);
    out += R"(:{"value":)";
    out += limit;
    append_unit(out, value.ucum);
    out += '}';
}

void append_code(std::string& out, const model::Code& code) {
    out += R"("code":{)";
    std::string codings;
    if (!code.loinc.empty()) append_coding(codings, "http://loinc.org", code.loinc);
    if (code.mdc != 0)
        append_coding(codings, "urn:iso:std:iso:11073:10101", std::to_string(code.mdc), code.mdc_refid);
    if (!codings.empty()) out.append(R"("coding":[)").append(codings).append("]");
    if (has_content(code.display)) append_text(out, "text", code.display);
    out += '}';
}

// What a device said when the alarm began. Nobody has validated it: preliminary.
void append_value(std::string& out, const AlertValue& value, std::size_t number) {
    separate(out);
    out += R"({"resourceType":"Observation")";
    append_text(out, "id", value_id(number));
    out += R"(,"status":"preliminary",)";
    append_code(out, value.code);
    append_text(out, "effectiveDateTime", to_rfc3339(value.effective));
    out += R"(,"valueQuantity":{"value":)";
    out += value.value;
    append_unit(out, value.ucum);
    out += '}';
    if (!value.below.empty() || !value.above.empty()) {
        out += R"(,"referenceRange":[{)";
        append_limit(out, "low", value, value.below);
        append_limit(out, "high", value, value.above);
        out += "}]";
    }
    out += '}';
}

std::string place_of(const model::Location& location) {
    std::string place = location.ward;
    for (const auto* part : {&location.room, &location.bed})
        if (!part->empty()) place.append(place.empty() ? "" : " / ").append(*part);
    return place;
}

// The device by its name under device_system and the place by its words: neither need be on the server.
void append_implicated(std::string& out, const BundleSettings& settings, const Alert& alert) {
    std::string references;
    if (!alert.device.empty()) {
        references += R"({"type":"Device","identifier":{)";
        append_text(references, "system", settings.device_system);
        append_text(references, "value", alert.device);
        references += "}}";
    }
    const std::string place = place_of(alert.location);
    if (has_content(place)) {
        separate(references);
        references += R"({"type":"Location")";
        append_text(references, "display", place);
        references += '}';
    }
    if (!references.empty()) out.append(R"(,"implicated":[)").append(references).append("]");
}

void append_meta(std::string& out, const BundleSettings& settings, const Alert& alert) {
    std::string meta;
    if (has_content(settings.source)) append_text(meta, "source", settings.source);
    if (alert.about_person) {
        separate(meta);
        meta += R"("security":[)";
        append_security(meta, "PSEUDED");
        meta += ']';
    }
    if (!meta.empty()) out.append(R"(,"meta":{)").append(meta).append("}");
}

void append_contained(std::string& out, const Alert& alert) {
    if (alert.values.empty()) return;
    out += R"(,"contained":[)";
    for (std::size_t n = 0; n < alert.values.size(); ++n)
        append_value(out, alert.values[n], n);
    out += ']';
}

void append_evidence(std::string& out, const Alert& alert) {
    if (alert.values.empty()) return;
    out += R"(,"evidence":[{"detail":[)";
    for (std::size_t n = 0; n < alert.values.size(); ++n) {
        separate(out);
        out += '{';
        append_text(out, "reference", "#" + value_id(n));
        out += '}';
    }
    out += "]}]";
}

// In the order of the resource's definition.
void append_issue(std::string& out, const BundleSettings& settings, const Alert& alert) {
    out += R"({"resourceType":"DetectedIssue")";
    append_meta(out, settings, alert);
    append_contained(out, alert);
    out += R"(,"identifier":[{"system":"urn:ietf:rfc:3986")";
    append_text(out, "value", "urn:uuid:" + alert.id);
    out += "}]";
    append_text(out, "status", alert.ended ? "final" : "preliminary");
    out += R"(,"code":{"coding":[)";
    append_coding(out, rule_system, alert.rule);
    out += ']';
    if (has_content(alert.text)) append_text(out, "text", alert.text);
    out += '}';
    append_text(out, "severity", severity_of(alert.priority));
    out += R"(,"identifiedPeriod":{)";
    append_text(out, "start", to_rfc3339(alert.onset));
    if (alert.ended) append_text(out, "end", to_rfc3339(*alert.ended));
    out += '}';
    append_implicated(out, settings, alert);
    append_evidence(out, alert);
    append_text(out, "detail", alert.note);
    if (alert.acknowledged) {
        out += R"(,"mitigation":[{"action":{"text":"acknowledged"})";
        append_text(out, "date", to_rfc3339(*alert.acknowledged));
        out += "}]";
    }
    out += '}';
}

}  // namespace

std::string render_alert_bundle(const BundleSettings& settings, const Alert& alert) {
    const Name name{"urn:ietf:rfc:3986", "urn:uuid:" + alert.id};
    std::string out = R"({"resourceType":"Bundle","type":"transaction","entry":[)";
    open_entry(out, entry_uuid(alert.id));
    append_issue(out, settings, alert);
    if (alert.phase == Alert::Phase::raised)
        close_entry(out, settings, "DetectedIssue", name);
    else
        close_replacing_entry(out, "DetectedIssue", name);
    out += "]}";
    return out;
}

}  // namespace edgeward::fhir
