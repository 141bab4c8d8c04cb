#include "access_document.hpp"

#include <array>
#include <vector>

namespace edgeward::app {
namespace {

using nlohmann::json;
using report::escaped;
using report::Language;
using report::Words;

constexpr auto style =
    "body{font:11pt/1.4 sans-serif;max-width:60em;margin:2em auto;padding:0 1em}"
    "table{border-collapse:collapse;width:100%;margin:.5em 0 1.5em}"
    "th,td{border:1px solid #999;padding:.2em .5em;text-align:left;vertical-align:top}"
    "thead{display:table-header-group}tr{page-break-inside:avoid}h2{page-break-after:avoid}";

constexpr Words title{"Auskunft nach Art. 15 DSGVO", "Access to personal data (Art. 15 GDPR)"};
constexpr Words until_now{"bis auf Weiteres", "until further notice"};
constexpr Words none{"keine", "none"};
constexpr Words purpose_of_gateway{
    "Diese Auskunft umfasst alles, was das Geräte-Gateway dieses Krankenhauses über Sie gespeichert hat. Das "
    "Gateway nimmt Messwerte medizinischer Geräte entgegen, ordnet sie Ihnen zu und leitet sie an die unten "
    "genannten Empfänger weiter. Zweck ist Ihre Behandlung (Art. 9 Abs. 2 Buchst. h DSGVO), anderes nur mit "
    "Ihrer Einwilligung. Eine automatisierte Entscheidungsfindung oder ein Profiling findet nicht statt.",
    "This document has everything the device gateway of this hospital has stored about you. The gateway "
    "takes "
    "in measurements of medical devices, finds out whose they are and forwards them to the recipients named "
    "below. The purpose is your treatment (Art. 9(2)(h) GDPR), anything else only with your consent. There "
    "is "
    "no automated decision-making and no profiling."};
constexpr Words rights{
    "Sie haben das Recht auf Berichtigung, Löschung und Einschränkung der Verarbeitung, auf Widerspruch, auf "
    "Widerruf einer Einwilligung und auf Beschwerde bei einer Aufsichtsbehörde (Art. 16 bis 18, 21, 7 Abs. 3 "
    "und 77 DSGVO). Wenden Sie sich dafür an die Datenschutzbeauftragte oder den Datenschutzbeauftragten des "
    "Krankenhauses.",
    "You have the right to rectification, erasure and restriction of processing, to object, to withdraw a "
    "consent and to lodge a complaint with a supervisory authority (Art. 16 to 18, 21, 7(3) and 77 GDPR). "
    "Please turn to the data protection officer of the hospital."};
constexpr Words origin{
    "Herkunft: die Stammdaten und Aufenthalte aus der Patientenverwaltung des Krankenhauses oder von Hand "
    "erfasst, die Messwerte von den Geräten, Einwilligungen aus dem Einwilligungsmanagement oder von Hand.",
    "Source: personal details and stays come from the hospital's patient administration or were entered by "
    "hand, measurements from the devices, consents from consent management or by hand."};
constexpr Words withheld{"[Freitext; wird vor der Herausgabe geprüft, weil er andere nennen kann]",
                         "[free text; looked at before it is given out, as it may name others]"};

std::string text_of(const json& value) {
    if (value.is_string()) return value.get<std::string>();
    return value.is_null() ? std::string() : value.dump();
}

std::string joined(const json& list) {
    std::string text;
    for (const auto& one : list)
        text.append(text.empty() ? "" : ", ").append(text_of(one));
    return text;
}

std::string row(const std::vector<std::string>& cells, const char* tag = "td") {
    std::string made = "<tr>";
    for (const auto& cell : cells)
        made.append("<").append(tag).append(">").append(escaped(cell)).append("</").append(tag).append(">");
    return made + "</tr>\n";
}

std::string heading(std::string_view text) {
    return std::string("<h2>").append(escaped(text)).append("</h2>\n");
}

std::string paragraph(std::string_view text) {
    return std::string("<p>").append(escaped(text)).append("</p>\n");
}

class Page {
public:
    Page(Language language, const json& head) : language_(language), head_(head) {}

    std::string write() {
        out_ += heading(word({"Ihre Daten", "Your data"}));
        person();
        places();
        consents();
        recipients();
        quarantine();
        keeping();
        return std::move(out_);
    }

private:
    [[nodiscard]] std::string word(const Words& words) const { return words.in(language_); }
    [[nodiscard]] std::string end_of(const json& until) const {
        return until.is_null() ? word(until_now) : text_of(until);
    }
    void table(const std::vector<Words>& columns, const std::vector<std::vector<std::string>>& rows) {
        if (rows.empty()) {
            out_ += paragraph(word(none));
            return;
        }
        std::vector<std::string> names;
        names.reserve(columns.size());
        for (const auto& column : columns)
            names.emplace_back(word(column));
        out_.append("<table><thead>").append(row(names, "th")).append("</thead><tbody>\n");
        for (const auto& one : rows)
            out_ += row(one);
        out_ += "</tbody></table>\n";
    }

    void person() {
        const auto& person = head_.at("person");
        std::vector<std::vector<std::string>> rows;
        for (const auto& [field, name] : {std::pair("family", Words{"Name", "Family name"}),
                                          std::pair("given", Words{"Vorname", "Given name"}),
                                          std::pair("birth_date", Words{"Geburtsdatum", "Date of birth"}),
                                          std::pair("sex", Words{"Geschlecht", "Sex"}),
                                          std::pair("visit_number", Words{"Fallnummer", "Visit number"})}) {
            rows.push_back({word(name), text_of(person.at(field))});
        }
        for (const auto& one : person.at("identifiers")) {
            rows.push_back({std::string(word({"Kennung, vergeben von ", "Identifier, issued by "})) +
                                text_of(one.at("authority")),
                            text_of(one.at("value"))});
        }
        table({{"Angabe", "Item"}, {"Inhalt", "Content"}}, rows);
        out_ += paragraph(word(origin));
    }

    void places() {
        std::vector<std::vector<std::string>> rows;
        for (const auto& stay : head_.at("stays"))
            rows.push_back({text_of(stay.at("bed")), text_of(stay.at("from")), end_of(stay.at("until"))});
        out_ += heading(word({"Aufenthalte", "Stays"}));
        table({{"Bett", "Bed"}, {"von", "from"}, {"bis", "until"}}, rows);
        rows.clear();
        for (const auto& one : head_.at("devices"))
            rows.push_back({text_of(one.at("device")), text_of(one.at("from")), end_of(one.at("until"))});
        out_ += heading(word({"Ihnen zugeordnete Geräte", "Devices associated with you"}));
        table({{"Gerät", "Device"}, {"von", "from"}, {"bis", "until"}}, rows);
    }

    [[nodiscard]] std::string decision(const json& value) const {
        return value == "permit" ? word({"erlaubt", "permitted"}) : word({"abgelehnt", "denied"});
    }

    void consents() {
        std::vector<std::vector<std::string>> rows;
        const auto found = head_.value("consents", json::object());
        for (const auto& one : found.value("entries", json::array()))
            rows.push_back({text_of(one.at("purpose")), decision(one.at("decision")), text_of(one.at("from")),
                            end_of(one.at("until")), text_of(one.at("recorded"))});
        for (const auto& document : found.value("documents", json::array())) {
            const std::string name = text_of(document.at("identifier")) + " " + text_of(document.at("id")) +
                                     " (" + text_of(document.at("status")) + ")";
            for (const auto& one : document.at("provisions"))
                rows.push_back({name + " ." + text_of(one.at("code")), decision(one.at("decision")),
                                text_of(one.at("from")), end_of(one.at("until")),
                                text_of(document.at("recorded"))});
            if (document.at("provisions").empty())
                rows.push_back({name, "", "", "", text_of(document.at("recorded"))});
        }
        out_ += heading(word({"Einwilligungen", "Consents"}));
        table({{"Zweck oder Dokument", "Purpose or document"},
               {"Entscheidung", "Decision"},
               {"von", "from"},
               {"bis", "until"},
               {"erfasst", "recorded"}},
              rows);
    }

    void recipients() {
        std::vector<std::vector<std::string>> rows;
        for (const auto& one : head_.at("recipients"))
            rows.push_back({text_of(one.at("destination")), joined(one.at("purposes")),
                            joined(one.at("legal_bases")), joined(one.at("levels")),
                            text_of(one.at("reports")), text_of(one.at("first")), text_of(one.at("last"))});
        out_ += heading(word({"Empfänger", "Recipients"}));
        table({{"Empfänger", "Recipient"},
               {"Zweck", "Purpose"},
               {"Rechtsgrundlage", "Legal basis"},
               {"Personenbezug", "Identity level"},
               {"Messberichte", "Reports"},
               {"zuerst", "first"},
               {"zuletzt", "last"}},
              rows);
    }

    void quarantine() {
        std::vector<std::vector<std::string>> rows;
        for (const auto& one : head_.at("quarantine"))
            rows.push_back({text_of(one.at("reason")), text_of(one.at("messages"))});
        out_ += heading(word({"Zurückgehaltene Nachrichten, die Sie betreffen",
                              "Messages that were held back and concern you"}));
        table({{"Grund", "Reason"}, {"Anzahl", "Number"}}, rows);
    }

    void keeping() {
        const auto& keeping = head_.at("keeping");
        out_ += heading(word({"Speicherdauer", "How long data is kept"}));
        table({{"Daten", "Data"}, {"Tage", "Days"}},
              {{word({"Messwerte, nachdem alle Empfänger sie haben",
                      "Measurements, once all recipients have them"}),
                text_of(keeping.at("measurements_days"))},
               {word({"Messwerte, die ein Empfänger nicht annahm", "Measurements a recipient did not take"}),
                text_of(keeping.at("dead_letters_days"))},
               {word({"Zurückgehaltene Nachrichten", "Messages held back"}),
                text_of(keeping.at("quarantine_days"))}});
        out_ += paragraph(word(
            {"Stammdaten, Aufenthalte, Zuordnungen und Einwilligungen bleiben bis zur Löschung auf Antrag "
             "oder "
             "nach den Regeln des Krankenhauses; das Protokoll der Weitergaben bleibt auf Dauer und enthält "
             "nur "
             "ein Pseudonym.",
             "Personal details, stays, associations and consents stay until they are erased on request or by "
             "the rules of the hospital; the log of disclosures stays for good and has a pseudonym only."}));
    }

    Language language_;
    const json& head_;
    std::string out_;
};

}  // namespace

std::string AccessDocument::begin(const json& head) const {
    const char* code = language_ == Language::german ? "de" : "en";
    std::string out = "<!DOCTYPE html>\n<html lang=\"";
    out.append(code).append("\"><head><meta charset=\"utf-8\">\n");
    out +=
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
        "'unsafe-inline'\">\n";
    out.append("<title>").append(escaped(title.in(language_))).append("</title><style>").append(style);
    out.append("</style></head><body>\n<h1>").append(escaped(title.in(language_))).append("</h1>\n");
    out += paragraph(std::string(Words{"Stand: ", "As of: "}.in(language_)) + text_of(head.at("made")));
    out += paragraph(purpose_of_gateway.in(language_));
    out += Page(language_, head).write();
    out += paragraph(rights.in(language_));
    out += heading(Words{"Messwerte", "Measurements"}.in(language_));
    out += "<table><thead>";
    std::vector<std::string> columns;
    for (const auto& column : {Words{"Zeit", "Time"}, Words{"Gerät", "Device"}, Words{"Messgröße", "What"},
                               Words{"Wert", "Value"}, Words{"Güte", "Quality"}})
        columns.emplace_back(column.in(language_));
    return out + row(columns, "th") + "</thead><tbody>\n";
}

std::string AccessDocument::rows(const json& reports) const {
    std::string out;
    for (const auto& report : reports) {
        for (const auto& one : report.at("observations")) {
            const bool held = one.at("withheld").get<bool>();
            out += row({text_of(one.at("time")), text_of(report.at("device")), text_of(one.at("name")),
                        held ? std::string(withheld.in(language_)) : text_of(one.at("value")),
                        text_of(one.at("quality"))});
        }
    }
    return out;
}

std::string AccessDocument::end() const {
    return "</tbody></table>\n</body></html>\n";
}

}  // namespace edgeward::app
