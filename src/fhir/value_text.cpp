#include "value_text.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>
#include <variant>

#include "json_text.hpp"

namespace edgeward::fhir {
namespace {

constexpr std::string_view ucum = "http://unitsofmeasure.org";

// A unit as people write it; UCUM's own text where that is the same.
std::string_view unit_text(std::string_view code) {
    constexpr std::array<std::pair<std::string_view, std::string_view>, 5> names{{{"mm[Hg]", "mmHg"},
                                                                                  {"Cel",
                                                                                   "\xC2\xB0"
                                                                                   "C"},
                                                                                  {"[degF]",
                                                                                   "\xC2\xB0"
                                                                                   "F"},
                                                                                  {"cm[H2O]", "cmH2O"},
                                                                                  {"[lb_av]", "lb"}}};
    const auto* const found =
        std::find_if(names.begin(), names.end(), [&](const auto& n) { return n.first == code; });
    return found == names.end() ? code : found->second;
}

}  // namespace

void append_unit(std::string& out, std::string_view code) {
    if (code.empty()) return;
    out += R"(,"unit":)";
    append_string(out, unit_text(code));
    out += R"(,"system":")";
    out += ucum;
    out += R"(","code":)";
    append_string(out, code);
}

namespace {

void append_quantity(std::string& out, const model::Quantity& quantity) {
    out += R"("valueQuantity":{"value":)";
    out += quantity.value.text();
    if (!quantity.comparator.empty()) {
        out += R"(,"comparator":)";
        append_string(out, quantity.comparator);
    }
    append_unit(out, quantity.ucum);
    out += '}';
}

// Microseconds as FHIR's decimal milliseconds.
void append_period(std::string& out, std::chrono::microseconds period) {
    out += std::to_string(period.count() / 1000);
    std::string fraction = std::to_string(period.count() % 1000);
    if (fraction == "0") return;
    fraction.insert(0, 3 - fraction.size(), '0');
    fraction.erase(fraction.find_last_not_of('0') + 1);
    out += '.';
    out += fraction;
}

void append_samples(std::string& out, const model::SampledData& samples) {
    out += R"("valueSampledData":{"origin":{"value":)";
    out += samples.origin.text();
    append_unit(out, samples.ucum);
    out += R"(},"period":)";
    append_period(out, samples.period);
    out += R"(,"factor":)";
    out += samples.factor.text();
    out += R"(,"dimensions":1,"data":)";
    append_string(out, samples.samples);
    out += '}';
}

struct ValueWriter {
    std::string& out;
    void operator()(std::monostate) const { append_absent(out, "unknown"); }
    void operator()(const model::Quantity& quantity) const { append_quantity(out, quantity); }
    void operator()(const model::Text& text) const {
        out += R"("valueString":)";
        append_string(out, text.text);
    }
    void operator()(const model::CodedValue& value) const {
        out += R"("valueCodeableConcept":{"coding":[)";
        append_coding(out, value.system, value.code, value.display);
        out += "]}";
    }
    void operator()(bool value) const { out += value ? R"("valueBoolean":true)" : R"("valueBoolean":false)"; }
    void operator()(const model::SampledData& samples) const { append_samples(out, samples); }
};

void append_limit(std::string& out, std::string_view member, const std::string& limit,
                  std::string_view unit) {
    if (limit.empty()) return;
    separate(out);
    out += '"';
    out += member;
    out += R"(":{"value":)";
    out += limit;
    append_unit(out, unit);
    out += '}';
}

}  // namespace

void append_absent(std::string& out, std::string_view reason) {
    out += R"("dataAbsentReason":{"coding":[)";
    append_coding(out, "http://terminology.hl7.org/CodeSystem/data-absent-reason", reason);
    out += "]}";
}

std::string_view absent_reason(const model::Observation& observation, bool identified) {
    if (observation.quality == model::Quality::invalid) return "error";
    const auto* const text = std::get_if<model::Text>(&observation.value);
    if (text != nullptr) return !identified ? "masked" : has_content(text->text) ? "" : "unknown";
    if (!std::holds_alternative<std::monostate>(observation.value)) return "";
    switch (observation.absent) {
        case model::AbsentReason::none:
            return "unknown";
        case model::AbsentReason::temp_unknown:
            return "temp-unknown";
        case model::AbsentReason::error:
            return "error";
        case model::AbsentReason::not_performed:
            return "not-performed";
        case model::AbsentReason::masked:
            return "masked";
    }
    return "unknown";
}

void append_value(std::string& out, const model::Observation& observation, bool identified) {
    const auto reason = absent_reason(observation, identified);
    separate(out);
    if (reason.empty()) {
        std::visit(ValueWriter{out}, observation.value);
    } else {
        append_absent(out, reason);
    }
}

void append_interpretation(std::string& out, std::string_view codes) {
    if (codes.empty()) return;
    out += R"(,"interpretation":[)";
    for (bool first = true; !codes.empty(); first = false) {
        const auto end = std::min(codes.find('~'), codes.size());
        if (!first) out += ',';
        out += R"({"coding":[)";
        append_coding(out, "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation",
                      codes.substr(0, end));
        out += "]}";
        codes.remove_prefix(std::min(end + 1, codes.size()));
    }
    out += ']';
}

void append_range(std::string& out, const model::Observation& observation) {
    const auto* quantity = std::get_if<model::Quantity>(&observation.value);
    const auto& appraisal = observation.appraisal;
    if (quantity == nullptr || (appraisal.low.empty() && appraisal.high.empty())) return;
    out += R"(,"referenceRange":[{)";
    append_limit(out, "low", appraisal.low, quantity->ucum);
    append_limit(out, "high", appraisal.high, quantity->ucum);
    out += "}]";
}

}  // namespace edgeward::fhir
