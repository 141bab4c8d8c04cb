#include "narrative.hpp"

#include <variant>

#include "json_text.hpp"
#include "value_text.hpp"

namespace edgeward::fhir {
namespace {

constexpr std::string_view opening = R"(<div xmlns="http://www.w3.org/1999/xhtml">)";

// XML 1.0: what is markup, and control characters that no document may hold.
void append_escaped(std::string& out, std::string_view text) {
    for (const char c : text) {
        if (c == '&') {
            out += "&amp;";
        } else if (c == '<') {
            out += "&lt;";
        } else if (c == '>') {
            out += "&gt;";
        } else {
            out += static_cast<unsigned char>(c) < 0x20U ? ' ' : c;
        }
    }
}

void append_line(std::string& out, std::string_view name, std::string_view text) {
    if (!has_content(text)) return;
    out += "<p>";
    out += name;
    out += ": ";
    append_escaped(out, text);
    out += "</p>";
}

void append_cell(std::string& out, std::string_view text) {
    out += "<td>";
    append_escaped(out, text);
    out += "</td>";
}

std::string name_of(const model::Code& code) {
    for (const auto* name : {&code.display, &code.mdc_refid, &code.local_code, &code.loinc, &code.snomed})
        if (has_content(*name)) return *name;
    return std::to_string(code.mdc);
}

struct ValueText {
    std::string operator()(std::monostate) const { return {}; }
    std::string operator()(const model::Quantity& quantity) const {
        return quantity.comparator + quantity.value.text() +
               (quantity.ucum == "1" ? "" : " " + quantity.ucum);
    }
    std::string operator()(const model::Text& text) const { return text.text; }
    std::string operator()(const model::CodedValue& value) const {
        return has_content(value.display) ? value.display : value.code;
    }
    std::string operator()(bool value) const { return value ? "ja" : "nein"; }
    std::string operator()(const model::SampledData&) const { return "Kurve"; }
};

std::string value_of(const model::Observation& observation) {
    if (!absent_reason(observation, true).empty()) return "kein Wert";
    std::string text = std::visit(ValueText{}, observation.value);
    if (observation.quality == model::Quality::questionable) text += " (fraglich)";
    if (observation.mode != model::Mode::production) text += " (Test)";
    return text;
}

}  // namespace

std::string letterhead_div(const Letterhead& head) {
    std::string out(opening);
    append_line(out, "Name", head.person.family);
    append_line(out, "Vorname", head.person.given);
    append_line(out, "Geburtsdatum", head.person.birth_date);
    append_line(out, "Patientennummer", head.patient_number);
    append_line(out, "Status", "final");
    append_line(out, "Typ", head.type);
    append_line(out, "Datum", head.date);
    append_line(out, "Titel", head.title);
    append_line(out, "Autor", head.author);
    out += "</div>";
    return out;
}

std::string values_div(const std::vector<model::Observation>& observations) {
    std::string out(opening);
    out += "<table><tr><th>Zeit</th><th>Messung</th><th>Wert</th></tr>";
    for (const auto& observation : observations) {
        out += "<tr>";
        append_cell(out, to_rfc3339(observation.effective));
        append_cell(out, name_of(observation.code));
        append_cell(out, value_of(observation));
        out += "</tr>";
    }
    out += "</table></div>";
    return out;
}

}  // namespace edgeward::fhir
