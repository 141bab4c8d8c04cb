#include <edgeward/core/bytes.hpp>
#include <edgeward/mapping/mapping.hpp>

#include <nlohmann/json.hpp>

#include <algorithm>

namespace edgeward::mapping {
namespace {

using Json = nlohmann::ordered_json;
using model::Observation;

// A value as one text: "37.0 Cel", "<5 mg/dL", "true", "temp_unknown".
struct ToText {
    const Observation& observation;
    std::string operator()(std::monostate /*none*/) const { return std::string(name_of(observation.absent)); }
    std::string operator()(const model::Quantity& quantity) const {
        return quantity.comparator + quantity.value.text() + " " + quantity.ucum;
    }
    std::string operator()(const model::Text& text) const { return text.text; }
    std::string operator()(const model::CodedValue& value) const {
        return value.code + " (" + value.system + ")" + (value.display.empty() ? "" : " " + value.display);
    }
    std::string operator()(bool truth) const { return truth ? "true" : "false"; }
    std::string operator()(const model::SampledData& data) const {
        const auto samples =
            data.samples.empty() ? 0 : std::count(data.samples.begin(), data.samples.end(), ' ') + 1;
        return std::to_string(samples) + " samples every " + std::to_string(data.period.count()) + " us in " +
               data.ucum;
    }
};

std::string value_text(const Observation& observation) {
    return std::visit(ToText{observation}, observation.value);
}

Json code_json(const model::Code& code) {
    Json json;
    if (code.mdc != 0) json["mdc"] = code.mdc;
    if (!code.mdc_refid.empty()) json["refid"] = code.mdc_refid;
    if (!code.loinc.empty()) json["loinc"] = code.loinc;
    if (!code.snomed.empty()) json["snomed"] = code.snomed;
    if (!code.local_code.empty()) json["local"] = {{"system", code.local_system}, {"code", code.local_code}};
    json["display"] = code.display;
    return json;
}

Json observation_json(const Observation& observation) {
    Json json;
    json["id"] = to_hex(observation.id.octets);
    json["code"] = code_json(observation.code);
    json["value"] = value_text(observation);
    if (const auto* data = std::get_if<model::SampledData>(&observation.value))
        json["samples"] = data->samples;
    json["effective"] = to_rfc3339(observation.effective);
    json["category"] = name_of(observation.category);
    json["quality"] = name_of(observation.quality);
    json["mode"] = name_of(observation.mode);
    json["containment"] = observation.containment;
    if (const auto& part = observation.part; part != model::Part{})
        json["part"] = {{"vmd", part.vmd}, {"channel", part.channel}};
    if (!observation.body_site.empty()) json["body_site"] = observation.body_site;
    const auto& appraisal = observation.appraisal;
    if (appraisal != model::Appraisal{}) json["status"] = name_of(appraisal.status);
    if (!appraisal.low.empty()) json["low"] = appraisal.low;
    if (!appraisal.high.empty()) json["high"] = appraisal.high;
    if (!appraisal.interpretation.empty()) json["interpretation"] = appraisal.interpretation;
    return json;
}

Json report_json(const model::IdentifiedReport& report) {
    Json json;
    json["about_person"] = report.about_person;
    if (report.patient) {
        json["patient"] = {{"value", report.patient->value},
                           {"authority", report.patient->authority},
                           {"type", report.patient->type}};
    }
    if (report.sequence) json["sequence"] = *report.sequence;
    json["observations"] = Json::array();
    for (const Observation& observation : report.observations) {
        json["observations"].push_back(observation_json(observation));
    }
    return json;
}

std::string as_json(const MappedMessage& message) {
    Json json;
    json["reports"] = Json::array();
    for (const auto& report : message.reports)
        json["reports"].push_back(report_json(report));
    json["left_out"] = Json::object();
    for (const auto& [reason, count] : message.refused_values)
        json["left_out"][reason] = count;
    json["unlisted"] = message.unlisted;
    return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string name_of_code(const model::Code& code) {
    if (!code.mdc_refid.empty()) return code.mdc_refid;
    if (!code.loinc.empty()) return "LOINC " + code.loinc;
    if (code.mdc != 0) return "MDC " + std::to_string(code.mdc);
    return code.snomed.empty() ? code.local_code : "SNOMED " + code.snomed;
}

std::string observation_line(const Observation& observation) {
    std::string line = "  " + to_rfc3339(observation.effective) + "  " + observation.code.display + " (" +
                       name_of_code(observation.code) + ") = " + value_text(observation) + "  [" +
                       std::string(name_of(observation.category));
    if (observation.quality != model::Quality::reliable)
        line += ", " + std::string(name_of(observation.quality));
    if (observation.mode != model::Mode::production) line += ", " + std::string(name_of(observation.mode));
    return line + "]\n";
}

std::string as_lines(const MappedMessage& message) {
    std::string text;
    for (const auto& report : message.reports) {
        text += report.about_person ? "report about a person" : "report about the device";
        if (report.patient) text += ", patient " + report.patient->value + " of " + report.patient->authority;
        if (report.sequence) text += ", sequence " + std::to_string(*report.sequence);
        text += "\n";
        for (const Observation& observation : report.observations)
            text += observation_line(observation);
    }
    for (const auto& [reason, count] : message.refused_values) {
        text += "left out, " + reason + ": " + std::to_string(count) + "\n";
    }
    if (message.unlisted > 0) text += "dropped, read by no rule: " + std::to_string(message.unlisted) + "\n";
    return text;
}

}  // namespace

std::string describe(const MappedMessage& message, bool json) {
    return json ? as_json(message) : as_lines(message);
}

}  // namespace edgeward::mapping
