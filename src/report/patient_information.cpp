// What patients are told of their data, Art. 12 to 14 DSGVO, in words that need no lawyer. What the program
// cannot know, the hospital fills in.

#include <algorithm>
#include <set>

#include <nlohmann/json.hpp>

#include "markup.hpp"
#include "words.hpp"

namespace edgeward::report {
namespace {

using json = nlohmann::ordered_json;

bool is_about_persons(const Destination& one) {
    return one.level != model::IdentityLevel::technical;
}

std::string what_for(model::Purpose purpose, Language language) {
    switch (purpose) {
        case model::Purpose::treatment:
            return Words{"Ihre Behandlung: Werte kommen in Ihre Krankenakte",
                         "your treatment: values go into your patient record"}
                .in(language);
        case model::Purpose::research:
            return Words{"medizinische Forschung", "medical research"}.in(language);
        case model::Purpose::quality:
            return Words{"Sicherung der Qualität der Behandlung", "assuring the quality of treatment"}.in(
                language);
        case model::Purpose::maintenance:
            return Words{"Wartung der Geräte", "maintenance of the devices"}.in(language);
    }
    return {};
}

std::string in_which_form(model::IdentityLevel level, Language language) {
    switch (level) {
        case model::IdentityLevel::identified:
            return Words{"mit Ihrem Namen und Ihrer Patientennummer", "with your name and patient number"}.in(
                language);
        case model::IdentityLevel::pseudonymous:
            return Words{"ohne Ihren Namen, unter einem Decknamen, den nur dieses Haus auflösen kann",
                         "without your name, under a code name that only this house can resolve"}
                .in(language);
        case model::IdentityLevel::anonymised:
            return Words{"ohne alles, was zu Ihnen führt: ohne Namen, mit vergröberten Werten und Zeiten",
                         "without anything that leads to you: no name, coarse values and times"}
                .in(language);
        case model::IdentityLevel::technical:
            return Words{"ohne Daten über Sie", "without data about you"}.in(language);
    }
    return {};
}

std::string why_allowed(std::string_view basis, Language language) {
    if (basis == "art9-2h")
        return Words{"weil Sie hier behandelt werden (Art. 9 Abs. 2 lit. h DSGVO)",
                     "because you are treated here (Art. 9(2)(h) GDPR)"}
            .in(language);
    if (basis == "art9-2j")
        return Words{
            "weil ein Gesetz Forschung und Statistik mit solchen Daten erlaubt (Art. 9 Abs. 2 lit. j "
            "DSGVO, § 27 BDSG); Sie können widersprechen",
            "because a law permits research and statistics with such data (Art. 9(2)(j) GDPR, § 27 "
            "BDSG); you may object"}
            .in(language);
    if (basis == "consent")
        return Words{"nur wenn und solange Sie eingewilligt haben (Art. 9 Abs. 2 lit. a DSGVO)",
                     "only if and as long as you have consented (Art. 9(2)(a) GDPR)"}
            .in(language);
    return legal_basis(basis, language);
}

std::string how_long(const Destination& one, Language language) {
    auto time = duration(one.retention, language);
    if (!time.empty()) return time;
    return Words{"nach den Fristen des Empfängers", "as long as the receiver's own rules say"}.in(language);
}

// Of all receivers of data about persons, each once, in the order of the classes.
std::vector<model::Category> classes_of(const Installation& installation) {
    std::set<model::Category> classes;
    for (const auto& one : installation.destinations) {
        if (is_about_persons(one)) classes.insert(one.data_classes.begin(), one.data_classes.end());
    }
    classes.erase(model::Category::technical);
    return {classes.begin(), classes.end()};
}

bool takes_administration(const Installation& installation) {
    return std::ranges::any_of(installation.sources, [](const Source& one) { return one.name == "adt"; });
}

std::vector<std::pair<std::string, std::string>> rights(Language language) {
    return {
        {Words{"Auskunft (Art. 15)", "Access (Art. 15)"}.in(language),
         Words{"Sie erfahren, was über Sie gespeichert ist und wer es bekommen hat, und erhalten eine Kopie.",
               "You learn what is stored of you and who got it, and get a copy."}
             .in(language)},
        {Words{"Berichtigung (Art. 16)", "Rectification (Art. 16)"}.in(language),
         Words{"Falsches wird richtiggestellt; wer es bekommen hat, wird unterrichtet.",
               "What is wrong is set right; whoever got it is told."}
             .in(language)},
        {Words{"Löschung (Art. 17)", "Erasure (Art. 17)"}.in(language),
         Words{"Ihre Daten werden gelöscht, soweit kein Gesetz verlangt, sie aufzubewahren.",
               "Your data is erased, unless a law demands to keep it."}
             .in(language)},
        {Words{"Einschränkung (Art. 18)", "Restriction (Art. 18)"}.in(language),
         Words{"Ihre Daten bleiben gespeichert und werden bis zu einer Klärung nicht weitergegeben.",
               "Your data stays stored and is not passed on until a question is settled."}
             .in(language)},
        {Words{"Widerspruch (Art. 21)", "Objection (Art. 21)"}.in(language),
         Words{"Sie können aus Gründen, die in Ihrer Lage liegen, einer Verwendung widersprechen.",
               "You may object to a use for reasons of your own situation."}
             .in(language)},
        {Words{"Widerruf der Einwilligung (Art. 7)", "Withdrawal of consent (Art. 7)"}.in(language),
         Words{"Jederzeit und ohne Nachteil für Ihre Behandlung. Was bis dahin geschah, bleibt erlaubt.",
               "At any time and without disadvantage for your treatment. What happened before stays lawful."}
             .in(language)}};
}

std::string kept_here(const Keeping& keeping, Language language) {
    const auto time = duration(keeping.clinical, language);
    return Words{"Im Gateway selbst werden die Werte nach der Weitergabe gelöscht nach: ",
                 "In the gateway itself values are erased, once passed on, after: "}
               .in(language) +
           (time.empty() ? std::string("–") : time) + ".";
}

std::string protection(Language language) {
    return Words{
        "Die Werte werden verschlüsselt übertragen und gespeichert. Ihr Name wird gleich beim Eintreffen "
        "abgetrennt und gesondert verschlüsselt. Jede Weitergabe und jede Einsicht wird in einem Protokoll "
        "festgehalten, das sich nicht unbemerkt ändern lässt. Das Gateway entscheidet nichts über Sie "
        "(keine automatisierte Entscheidung nach Art. 22 DSGVO).",
        "Values are encrypted on their way and where they are stored. Your name is taken off as soon as they "
        "arrive and is encrypted apart from them. Every disclosure and every look is written into a log that "
        "cannot be changed unnoticed. The gateway decides nothing about you (no automated decision, Art. 22 "
        "GDPR)."}
        .in(language);
}

}  // namespace

std::string patient_information_json(const Installation& installation, Language language) {
    json made = {{"paper", "patient-information"}, {"version", 1}, {"made", to_rfc3339(installation.made)}};
    made["gateway"] = installation.version;
    made["configuration_sha256"] = installation.configuration;
    for (const char* unknown :
         {"controller", "data_protection_officer", "third_countries", "supervisory_authority"})
        made[unknown] = nullptr;
    made["data_classes"] = json::array();
    for (const auto category : classes_of(installation))
        made["data_classes"].push_back(model::name_of(category));
    made["receivers"] = json::array();
    for (const auto& one : installation.destinations) {
        if (!is_about_persons(one)) continue;
        made["receivers"].push_back({{"receiver", one.name},
                                     {"purpose", model::name_of(one.purpose)},
                                     {"identity_level", model::name_of(one.level)},
                                     {"legal_basis", one.legal_basis},
                                     {"retention_hours", one.retention / std::chrono::hours(1)}});
    }
    made["kept_here_hours"] = installation.keeping.clinical / std::chrono::hours(1);
    made["rights"] = json::array();
    for (const auto& [right, text] : rights(language))
        made["rights"].push_back({{"right", right}, {"text", text}});
    return made.dump(2, ' ', false, json::error_handler_t::replace) + '\n';
}

std::string patient_information_html(const Installation& installation, Language language) {
    const auto say = [language](std::string_view german, std::string_view english) {
        return Words{german, english}.in(language);
    };
    Page page(say("Was mit Ihren Messwerten geschieht", "What happens with your measurements"), language);
    page.paragraph(
        say("Geräte an Ihrem Bett messen zum Beispiel Herzschlag und Blutdruck. Ein Gateway im "
            "Krankenhaus nimmt diese Werte entgegen und gibt sie dorthin weiter, wo sie gebraucht werden. "
            "Dieses Blatt sagt Ihnen, wer was bekommt und welche Rechte Sie haben (Art. 13 und 14 DSGVO).",
            "Devices at your bed measure, for instance, heartbeat and blood pressure. A gateway in the "
            "hospital takes these values and passes them on to where they are needed. This sheet tells you "
            "who gets what, and which rights you have (Art. 13 and 14 GDPR)."));
    page.heading(say("Wer verantwortlich ist", "Who is responsible"));
    page.blank(say("Krankenhaus, Anschrift", "Hospital, address"));
    page.blank(say("Datenschutzbeauftragte Person, Kontakt", "Data protection officer, contact"));
    page.heading(say("Um welche Daten es geht", "Which data it is about"));
    std::vector<std::string> classes;
    for (const auto category : classes_of(installation))
        classes.push_back(word_for(category, language));
    page.paragraph(
        (classes.empty() ? std::string("–") : joined(classes, ", ")) + ". " +
        say("Sie stammen von den Geräten, die Sie messen.", "They come from the devices that measure you."));
    if (takes_administration(installation))
        page.paragraph(
            say("Ihr Name, Geburtsdatum, Geschlecht, Patienten- und Fallnummer und in welchem Bett Sie "
                "lagen, kommen aus der Patientenverwaltung.",
                "Your name, date of birth, sex, patient and case number, and in which bed you were, come "
                "from patient administration."));
    page.heading(say("Wer Daten bekommt, wofür und wie lange", "Who gets data, what for and for how long"));
    std::vector<std::vector<std::string>> rows;
    for (const auto& one : installation.destinations) {
        if (!is_about_persons(one)) continue;
        rows.push_back({one.name, what_for(one.purpose, language), in_which_form(one.level, language),
                        why_allowed(one.legal_basis, language), how_long(one, language)});
    }
    page.table(
        {say("Empfänger", "Receiver"), say("Wofür", "What for"), say("In welcher Form", "In which form"),
         say("Warum das erlaubt ist", "Why it is allowed"), say("Wie lange dort", "Kept there for")},
        rows);
    if (rows.size() < installation.destinations.size())
        page.paragraph(
            say("Außerdem gehen technische Angaben der Geräte an deren Betreuer, ohne Daten über Sie.",
                "Besides, technical data of the devices goes to those who look after them, without data "
                "about you."));
    page.paragraph(kept_here(installation.keeping, language));
    page.blank(say("Gehen Daten in ein Land außerhalb der EU?", "Does data go to a country outside the EU?"));
    page.heading(say("Wie Ihre Daten geschützt sind", "How your data is protected"));
    page.paragraph(protection(language));
    page.heading(say("Ihre Rechte", "Your rights"));
    page.facts(rights(language));
    page.blank(say("An wen Sie sich wenden", "Whom to turn to"));
    page.blank(say("Sie können sich auch beschweren bei der Aufsichtsbehörde (Art. 77)",
                   "You may also complain to the supervisory authority (Art. 77)"));
    return std::move(page).finish(say("Stand: ", "As of: ") + to_rfc3339(installation.made).substr(0, 10));
}

}  // namespace edgeward::report
