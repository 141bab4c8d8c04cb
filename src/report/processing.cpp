// The record of processing activities, Art. 30(1) DSGVO. Who the controller is, what was agreed with
// receivers and whether data leave the Union, the program cannot know: those lines stay empty.

#include <nlohmann/json.hpp>

#include "markup.hpp"
#include "words.hpp"

namespace edgeward::report {
namespace {

using json = nlohmann::ordered_json;

std::string or_dash(std::string text) {
    return text.empty() ? "–" : std::move(text);
}

std::string persons_of(const Destination& one, Language language) {
    if (one.level == model::IdentityLevel::technical) return Words{"keine", "none"}.in(language);
    std::string made = Words{"Patientinnen und Patienten", "patients"}.in(language);
    if (!one.wards.empty())
        made += Words{" der Stationen ", " of wards "}.in(language) + joined(one.wards, ", ");
    return made;
}

std::string promised(const Destination& one, Language language) {
    const auto time = duration(one.retention, language);
    return time.empty() ? Words{"nichts erklärt", "nothing declared"}.in(language)
                        : time + Words{" (erklärt)", " (declared)"}.in(language);
}

std::vector<std::pair<std::string, std::string>> keeping_rows(const Keeping& keeping, Language language) {
    return {
        {Words{"Berichte über Personen, nach Zustellung", "reports about persons, once delivered"}.in(
             language),
         or_dash(duration(keeping.clinical, language))},
        {Words{"technische Berichte", "technical reports"}.in(language),
         or_dash(duration(keeping.technical, language))},
        {Words{"nicht zustellbare Berichte", "dead letters"}.in(language),
         or_dash(duration(keeping.dead_letters, language))},
        {Words{"nicht gelesene Nachrichten (Quarantäne)", "messages in quarantine"}.in(language),
         or_dash(duration(keeping.quarantine, language))},
        {Words{"Sicherungen, Daten", "backups, data"}.in(language),
         or_dash(duration(keeping.backups_data, language))},
        {Words{"Sicherungen, Personen", "backups, persons"}.in(language),
         or_dash(duration(keeping.backups_persons, language))},
    };
}

// What the program does by itself, whatever is configured.
std::vector<std::string> measures(Language language) {
    return {
        Words{"Pseudonymisierung vor dem Speichern; Identitäten und Schlüssel nur im Vault",
              "Pseudonyms before anything is stored; identities and keys in the vault only"}
            .in(language),
        Words{"Verschlüsselung der Datenbanken (SQLCipher) und jedes Berichts mit dem Schlüssel der Person",
              "Encryption of the databases (SQLCipher) and of each report with the person's own key"}
            .in(language),
        Words{"TLS zu allen Empfängern außerhalb dieser Maschine, die Gegenseite wird immer geprüft",
              "TLS to every receiver outside this machine, the peer is always verified"}
            .in(language),
        Words{"Jede Weitergabe entschieden durch Richtlinien und, bei Sekundärnutzung, Einwilligung",
              "Every disclosure decided by policies and, for secondary use, consent"}
            .in(language),
        Words{"Prüfung dessen, was ohne Identität hinausgeht, auf Namen und Nummern",
              "Inspection for names and numbers of what leaves without identity"}
            .in(language),
        Words{"Unveränderbares, signiertes Protokoll jeder Weitergabe und Einsicht",
              "Tamper-evident, signed log of every disclosure and inspection"}
            .in(language),
        Words{"Löschung durch Vernichtung des Schlüssels der Person",
              "Erasure by destroying the person's key"}
            .in(language),
    };
}

std::vector<std::string> head(Language language) {
    return {Words{"Empfänger", "Recipient"}.in(language),
            Words{"Zweck", "Purpose"}.in(language),
            Words{"Rechtsgrundlage", "Legal basis"}.in(language),
            Words{"Betroffene", "Data subjects"}.in(language),
            Words{"Daten", "Data"}.in(language),
            Words{"Personenbezug", "Identity level"}.in(language),
            Words{"Aufbewahrung dort", "Kept there"}.in(language)};
}

std::vector<std::string> row(const Destination& one, Language language) {
    std::string data = data_classes(one, language);
    if (one.codes > 0)
        data += " (" + std::to_string(one.codes) + Words{" Codes", " codes"}.in(language) + ")";
    return {one.name + " (" + one.address + ")",
            word_for(one.purpose, language),
            legal_basis(one.legal_basis, language),
            persons_of(one, language),
            data,
            word_for(one.level, language),
            promised(one, language)};
}

}  // namespace

std::string processing_json(const Installation& installation, Language language) {
    json made = {{"paper", "processing"}, {"version", 1}, {"made", to_rfc3339(installation.made)}};
    made["gateway"] = installation.version;
    made["configuration_sha256"] = installation.configuration;
    for (const char* unknown : {"controller", "joint_controllers", "representative",
                                "data_protection_officer", "third_countries", "processors"})
        made[unknown] = nullptr;
    made["activities"] = json::array();
    for (const auto& one : installation.destinations) {
        json classes = json::array();
        for (const auto category : one.data_classes)
            classes.push_back(model::name_of(category));
        made["activities"].push_back({{"recipient", one.name},
                                      {"address", one.address},
                                      {"purpose", model::name_of(one.purpose)},
                                      {"legal_basis", one.legal_basis},
                                      {"data_subjects", persons_of(one, language)},
                                      {"data_classes", classes},
                                      {"identity_level", model::name_of(one.level)},
                                      {"retention_hours", one.retention / std::chrono::hours(1)},
                                      {"encryption", encryption(one, language)}});
    }
    made["kept_here"] = json::array();
    for (const auto& [what, time] : keeping_rows(installation.keeping, language))
        made["kept_here"].push_back({{"what", what}, {"time", time}});
    made["measures"] = measures(language);
    return made.dump(2, ' ', false, json::error_handler_t::replace) + '\n';
}

std::string processing_html(const Installation& installation, Language language) {
    Page page(Words{"Verzeichnis von Verarbeitungstätigkeiten (Art. 30 Abs. 1 DSGVO)",
                    "Record of processing activities (Art. 30(1) GDPR)"}
                  .in(language),
              language);
    page.paragraph(
        Words{"Weitergabe von Daten medizinischer Geräte durch ein Gateway. Leere Zeilen füllt der "
              "Verantwortliche aus: das Programm kennt sie nicht.",
              "Data of medical devices passed on by a gateway. Empty lines are for the controller to fill "
              "in: the program does not know them."}
            .in(language));
    page.heading(Words{"a) Verantwortliche", "(a) Controllers"}.in(language));
    page.blank(Words{"Verantwortlicher, Name und Kontakt", "Controller, name and contact"}.in(language));
    page.blank(
        Words{"Gemeinsam Verantwortliche, Vertreter", "Joint controllers, representative"}.in(language));
    page.blank(Words{"Datenschutzbeauftragte Person", "Data protection officer"}.in(language));
    page.heading(Words{"b) bis d) Zwecke, Betroffene, Daten, Empfänger",
                       "(b) to (d) Purposes, data subjects, data, recipients"}
                     .in(language));
    std::vector<std::vector<std::string>> rows;
    for (const auto& one : installation.destinations)
        rows.push_back(row(one, language));
    page.table(head(language), rows);
    page.heading(Words{"e) Übermittlung in Drittländer", "(e) Transfers to third countries"}.in(language));
    page.blank(
        Words{"Das Programm kennt Adressen, keine Länder", "The program knows addresses, no countries"}.in(
            language));
    page.heading(Words{"f) Löschfristen hier", "(f) Time limits for erasure here"}.in(language));
    page.facts(keeping_rows(installation.keeping, language));
    page.heading(
        Words{"g) Technische und organisatorische Maßnahmen", "(g) Technical and organisational measures"}.in(
            language));
    std::vector<std::vector<std::string>> lines;
    for (auto& line : measures(language))
        lines.push_back({std::move(line)});
    page.table({Words{"Technisch, durch dieses Programm", "Technical, by this program"}.in(language)}, lines);
    page.blank(Words{"Organisatorisch", "Organisational"}.in(language));
    return std::move(page).finish(installation);
}

}  // namespace edgeward::report
