// The data flows as Mermaid, JSON and a page; drawing.cpp has the picture.

#include <nlohmann/json.hpp>

#include "markup.hpp"
#include "words.hpp"

namespace edgeward::report {
namespace {

using json = nlohmann::ordered_json;

// A label in quotes: Mermaid takes HTML entities with # for &.
std::string label(const std::vector<std::string>& lines) {
    std::string made = "\"";
    for (std::size_t i = 0; i < lines.size(); ++i) {
        if (i > 0) made += "<br/>";
        for (const char c : lines[i]) {
            switch (c) {
                case '"':
                    made += "#quot;";
                    break;
                case '<':
                    made += "#lt;";
                    break;
                case '>':
                    made += "#gt;";
                    break;
                case '#':
                    made += "#35;";
                    break;
                case '`':
                    made += "#96;";
                    break;
                default:
                    made += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
            }
        }
    }
    return made + "\"";
}

std::string node(std::string_view kind, std::size_t number) {
    return std::string(kind) + std::to_string(number + 1);
}

json source_json(const Source& source, Language language) {
    return {{"name", source.name},
            {"transport", source.transport},
            {"address", source.address},
            {"encrypted", source.encrypted},
            {"inside_this_machine", source.inside},
            {"encryption", encryption(source, language)}};
}

json destination_json(const Destination& one, Language language) {
    json classes = json::array();
    for (const auto category : one.data_classes)
        classes.push_back(model::name_of(category));
    return {{"name", one.name},
            {"transport", one.transport},
            {"address", one.address},
            {"purpose", model::name_of(one.purpose)},
            {"identity_level", model::name_of(one.level)},
            {"legal_basis", one.legal_basis},
            {"legal_basis_text", legal_basis(one.legal_basis, language)},
            {"data_classes", classes},
            {"wards", one.wards},
            {"listed_codes", one.codes},
            {"retention_hours", one.retention / std::chrono::hours(1)},
            {"encrypted", one.encrypted},
            {"client_certificate", one.client_certificate},
            {"detectors_off", one.detectors_off}};
}

std::vector<std::string> row_of(const Destination& one, Language language) {
    return {one.name,
            one.transport + ", " + one.address,
            word_for(one.purpose, language),
            word_for(one.level, language),
            legal_basis(one.legal_basis, language),
            data_classes(one, language),
            encryption(one, language)};
}

}  // namespace

std::string dataflow_mermaid(const Installation& installation, Language language) {
    std::string out = "flowchart LR\n";
    out += "  subgraph gateway[" + label({"Edgeward " + installation.version}) + "]\n";
    out += "    intake[" + label({Words{"Eingang", "intake"}.in(language)}) + "] --> mapping[" +
           label({"Mapping"}) + "] --> pseudonyms[" +
           label({Words{"Pseudonymisierung", "pseudonyms"}.in(language)}) + "] --> store[(" +
           label({Words{"Speicher, verschlüsselt", "store, encrypted"}.in(language)}) + ")] --> policy[" +
           label({Words{"Richtlinien, Einwilligung", "policies, consent"}.in(language)}) +
           "] --> inspection[" + label({Words{"Ausgangsprüfung", "inspection"}.in(language)}) + "]\n";
    out += "    vault[(" + label({Words{"Identitäten", "identities"}.in(language)}) +
           ")] --- pseudonyms\n  end\n";
    for (std::size_t i = 0; i < installation.sources.size(); ++i) {
        const auto& source = installation.sources[i];
        out += "  " + node("source", i) + "[" + label({source.name, source.transport, source.address}) +
               "] " + (source.encrypted || source.inside ? "-->" : "-.->") + "|" +
               label({encryption(source, language)}) + "| intake\n";
    }
    for (std::size_t i = 0; i < installation.destinations.size(); ++i) {
        const auto& one = installation.destinations[i];
        out += "  inspection " + std::string(one.encrypted ? "-->" : "-.->") + "|" +
               label({data_classes(one, language), encryption(one, language)}) + "| " +
               node("destination", i) + "[" +
               label({one.name, one.transport,
                      word_for(one.purpose, language) + ", " + word_for(one.level, language),
                      legal_basis(one.legal_basis, language)}) +
               "]\n";
    }
    return out;
}

std::string dataflow_json(const Installation& installation, Language language) {
    json made = {{"paper", "dataflow"}, {"version", 1}, {"made", to_rfc3339(installation.made)}};
    made["gateway"] = installation.version;
    made["configuration_sha256"] = installation.configuration;
    made["sources"] = json::array();
    made["destinations"] = json::array();
    for (const auto& source : installation.sources)
        made["sources"].push_back(source_json(source, language));
    for (const auto& one : installation.destinations)
        made["destinations"].push_back(destination_json(one, language));
    return made.dump(2, ' ', false, json::error_handler_t::replace) + '\n';
}

std::string dataflow_html(const Installation& installation, Language language) {
    Page page(Words{"Datenflüsse", "Data flows"}.in(language), language);
    page.raw(dataflow_svg(installation, language));
    page.paragraph(
        Words{"Durchgezogene Linien sind verschlüsselt oder bleiben auf dieser Maschine, gestrichelte "
              "sind es nicht.",
              "Solid lines are encrypted or stay on this machine, dashed ones are not."}
            .in(language));
    page.heading(Words{"Empfänger", "Destinations"}.in(language));
    std::vector<std::vector<std::string>> rows;
    for (const auto& one : installation.destinations)
        rows.push_back(row_of(one, language));
    page.table({Words{"Name", "Name"}.in(language), Words{"Weg", "Way"}.in(language),
                Words{"Zweck", "Purpose"}.in(language), Words{"Personenbezug", "Identity level"}.in(language),
                Words{"Rechtsgrundlage", "Legal basis"}.in(language),
                Words{"Datenarten", "Data classes"}.in(language),
                Words{"Verschlüsselung", "Encryption"}.in(language)},
               rows);
    return std::move(page).finish(installation);
}

}  // namespace edgeward::report
