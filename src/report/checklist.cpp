// What is proven and what is not. An item is proven only by what the configuration or the measurement says
// now; what people have to do is never proven by a program.

#include <algorithm>
#include <set>

#include "words.hpp"

namespace edgeward::report {
namespace {

constexpr std::int64_t fewest_days = 30;  // a certificate has to hold

// Puts findings together.
class Checklist {
public:
    Checklist(const Installation& installation, Language language)
        : installation_(installation), language_(language) {}

    void topic(const Words& name) { topic_ = name.in(language_); }
    // From the configuration: the time is that of the paper.
    void configured(std::string_view id, const Words& statement, bool holds, std::string evidence) {
        add(id, statement, holds, std::move(evidence), to_rfc3339(installation_.made),
            "edgeward config explain");
    }
    // From the running gateway; without a measurement never proven.
    void measured(std::string_view id, const Words& statement, bool holds, std::string evidence,
                  std::string_view how) {
        if (!installation_.measured) {
            add(id, statement, false, not_measured(language_), {}, how);
            return;
        }
        add(id, statement, holds, std::move(evidence), to_rfc3339(installation_.measured->made), how);
    }
    // What no program can measure.
    void outside(std::string_view id, const Words& statement, const Words& what_is_needed) {
        add(id, statement, false, what_is_needed.in(language_), {}, {});
    }
    [[nodiscard]] std::string say(const Words& words) const { return words.in(language_); }
    std::vector<Finding> take() { return std::move(findings_); }

private:
    void add(std::string_view id, const Words& statement, bool proven, std::string evidence, std::string when,
             std::string_view how) {
        findings_.push_back({id, topic_, statement.in(language_), proven, std::move(evidence),
                             proven ? std::move(when) : std::string(), std::string(how)});
    }

    const Installation& installation_;
    Language language_;
    std::string topic_;
    std::vector<Finding> findings_;
};

const Measured& of(const Installation& installation) {
    static const Measured nothing;
    return installation.measured ? *installation.measured : nothing;
}

template <typename Wanted>
std::vector<std::string> names_where(const std::vector<Destination>& destinations, Wanted wanted) {
    std::vector<std::string> names;
    for (const auto& one : destinations)
        if (wanted(one)) names.push_back(one.name);
    return names;
}

std::string names_or(const std::vector<std::string>& names, std::string otherwise) {
    return names.empty() ? std::move(otherwise) : joined(names, ", ");
}

void judge_devices(Checklist& list, const Installation& installation) {
    list.topic({"Geräteinventar und Risiken", "Device inventory and risks"});
    const auto count = std::to_string(installation.devices.size());
    list.configured("D1",
                    {"Jedes Gerät, dessen Daten angenommen werden, steht im Verzeichnis",
                     "Every device whose data are taken is in the inventory"},
                    !installation.devices.empty(),
                    count + list.say({" Geräte eingetragen; von anderen wird nichts gespeichert",
                                      " devices entered; nothing of others is stored"}));
    std::vector<std::string> unnamed;
    for (const auto& device : installation.devices)
        if (device.kind.empty() || !device.identified) unnamed.push_back(device.id);
    list.configured("D2",
                    {"Hersteller, Modell und Seriennummer oder EUI-64 jedes Geräts sind eingetragen",
                     "Maker, model and serial number or EUI-64 of each device are entered"},
                    unnamed.empty() && !installation.devices.empty(),
                    names_or(unnamed, count + list.say({" Geräte vollständig", " devices complete"})));
    const auto trouble = of(installation).devices_in_trouble;
    list.measured(
        "D3",
        {"Kein Gerät ist auffällig (Lücken, Uhr, Stille)", "No device is in trouble (gaps, clock, silence)"},
        trouble == 0, std::to_string(trouble) + list.say({" auffällig", " in trouble"}),
        "edgeward device list");
    list.outside("D4", {"Risiken der Geräte sind bewertet", "Risks of the devices are assessed"},
                 {"Risikobewertung je Gerätetyp (IEC 80001-1), SBOM und Patchstand beilegen",
                  "Attach the risk assessment of each device type (IEC 80001-1), SBOM and patch level"});
}

void judge_flows(Checklist& list, const Installation& installation) {
    list.topic({"Datenflüsse", "Data flows"});
    const auto& all = installation.destinations;
    list.configured("F1",
                    {"Zu jedem Empfänger sind Zweck, Rechtsgrundlage und Personenbezug erklärt",
                     "Purpose, legal basis and identity level of every destination are declared"},
                    !all.empty(), std::to_string(all.size()) + list.say({" Empfänger", " destinations"}));
    const auto silent = names_where(all, [](const Destination& one) {
        return one.retention.count() == 0 && one.level != model::IdentityLevel::technical;
    });
    list.configured("F2",
                    {"Jeder Empfänger von Personendaten hat eine Aufbewahrungsfrist zugesagt",
                     "Every receiver of personal data promised how long it keeps them"},
                    silent.empty() && !all.empty(),
                    silent.empty() ? list.say({"alle erklärt", "all declared"})
                                   : list.say({"ohne Erklärung: ", "not declared: "}) + joined(silent, ", "));
    const auto off = names_where(all, [](const Destination& one) { return !one.detectors_off.empty(); });
    list.configured("F3",
                    {"Was ohne Identität hinausgeht, wird vollständig geprüft",
                     "What leaves without identity is inspected by every detector"},
                    off.empty() && !all.empty(),
                    off.empty()
                        ? list.say({"alle Detektoren an", "all detectors are on"})
                        : list.say({"Detektoren aus bei: ", "detectors off at: "}) + joined(off, ", "));
    const auto& seen = of(installation);
    list.measured("F4",
                  {"Die Bücher gehen auf: nichts Quittiertes ging verloren",
                   "The books balance: nothing acknowledged was lost"},
                  seen.books_balance,
                  std::to_string(seen.received) +
                      list.say({" Nachrichten, bis Protokollsatz ", " messages, as of audit record "}) +
                      std::to_string(seen.books_as_of),
                  "edgeward books");
    list.measured(
        "F5", {"Der laufende Dienst hat diese Konfiguration", "The running gateway has this configuration"},
        seen.settings_that_differ == 0,
        std::to_string(seen.settings_that_differ) +
            list.say({" Einstellungen weichen ab", " settings differ"}),
        "edgeward config diff");
}

bool has_role(const Installation& installation, std::string_view name) {
    return std::any_of(installation.roles.begin(), installation.roles.end(),
                       [&](const Role& role) { return role.name == name && role.users + role.groups > 0; });
}

void judge_access(Checklist& list, const Installation& installation) {
    list.topic({"Zugriffsrechte", "Access rights"});
    const auto& seen = of(installation);
    list.measured("A1",
                  {"Die Richtlinien des Ordners sind in Kraft", "The policies of the folder are in force"},
                  seen.policies == installation.policies && installation.number_of_policies > 0,
                  "SHA-256 " + seen.policies, "edgeward policy check");
    std::vector<std::string> missing;
    for (const char* role : {"hospital-it", "medical-engineering", "data-protection", "auditor"})
        if (!has_role(installation, role)) missing.emplace_back(role);
    list.configured("A2",
                    {"IT, Medizintechnik, Datenschutz und Revision haben getrennte Rollen",
                     "IT, medical engineering, data protection and audit have roles of their own"},
                    missing.empty(),
                    missing.empty() ? list.say({"alle vergeben", "all given"})
                                    : list.say({"nicht vergeben: ", "not given: "}) + joined(missing, ", "));
    list.outside("A3", {"Rechte werden regelmäßig überprüft", "Rights are reviewed regularly"},
                 {"Protokoll der letzten Überprüfung beilegen", "Attach the record of the last review"});
}

std::string soonest(const std::vector<Certificate>& certificates, const Checklist& list) {
    const auto first =
        std::min_element(certificates.begin(), certificates.end(),
                         [](const auto& one, const auto& other) { return one.days_left < other.days_left; });
    if (first == certificates.end()) return list.say({"keines gesehen", "none seen"});
    return first->credential + ": " + std::to_string(first->days_left) + list.say({" Tage", " days"});
}

void judge_encryption(Checklist& list, const Installation& installation) {
    list.topic({"Verschlüsselung von Ende zu Ende", "Encryption end to end"});
    std::vector<std::string> plain =
        names_where(installation.destinations, [](const Destination& one) { return !one.encrypted; });
    for (const auto& source : installation.sources)
        if (!source.encrypted && !source.inside) plain.push_back(source.name);
    list.configured("E1",
                    {"Jeder Weg hinein und hinaus ist verschlüsselt", "Every way in and out is encrypted"},
                    plain.empty() && !installation.sources.empty(),
                    plain.empty() ? list.say({"TLS überall", "TLS everywhere"})
                                  : list.say({"ohne TLS: ", "without TLS: "}) + joined(plain, ", "));
    const auto& seen = of(installation);
    list.measured("E2",
                  {"Die Datenbanken werden verschlüsselt geschrieben", "Databases are written encrypted"},
                  seen.encryption_holds, list.say({"Selbsttest der Bibliothek", "self-test of the library"}),
                  "edgeward report compliance");
    const bool lasting = std::all_of(seen.certificates.begin(), seen.certificates.end(),
                                     [](const Certificate& one) { return one.days_left >= fewest_days; });
    list.measured(
        "E3",
        {"Unsere Zertifikate gelten noch mindestens 30 Tage", "Our certificates hold for 30 days or more"},
        lasting && !seen.certificates.empty(), soonest(seen.certificates, list), "edgeward config check");
    list.outside("E4", {"Schlüssel sind sicher hinterlegt", "Keys are deposited safely"},
                 {"Nachweis über den Verbleib des Wiederherstellungsschlüssels beilegen",
                  "Attach proof of where the recovery key lies"});
}

void judge_incidents(Checklist& list, const Installation& installation) {
    list.topic({"Störungen und Notfall", "Incidents and emergency"});
    const auto& seen = of(installation);
    list.measured(
        "I1",
        {"Eine Sicherung wurde gemacht und wiederhergestellt geprüft",
         "A backup was made and proven by restoring it"},
        !seen.backup_verified.empty() && seen.recovery_key,
        seen.backup_verified.empty() ? list.say({"nie geprüft", "never proven"}) : seen.backup_verified,
        "edgeward backup verify");
    list.measured("I2", {"Das Protokoll hat einen signierten Stand", "The audit log has a signed checkpoint"},
                  seen.audit_checkpoint > 0 && seen.audit_checkpoint <= seen.audit_records,
                  std::to_string(seen.audit_checkpoint) + " / " + std::to_string(seen.audit_records),
                  "edgeward audit export, edgeward audit verify");
    const auto hours = seen.outage_hours ? static_cast<std::int64_t>(*seen.outage_hours) : 0;
    list.measured("I3",
                  {"Ein Ausfall der Empfänger von einem Tag wird überbrückt",
                   "An outage of the receivers of one day is bridged"},
                  hours >= 24,
                  seen.outage_hours ? std::to_string(hours) + list.say({" Stunden Platz", " hours of room"})
                                    : list.say({"noch nicht bekannt", "not known yet"}),
                  "edgeward status");
    list.measured("I4", {"Alle Teile sind betriebsbereit", "All parts are ready"},
                  seen.ready && seen.not_ready.empty(), names_or(seen.not_ready, list.say({"alle", "all"})),
                  "edgeward status");
    list.outside("I5",
                 {"Ein Notfallplan ist da und geübt (§ 32 BSIG: 24 h, 72 h, ein Monat)",
                  "There is an incident plan and it was exercised (§ 32 BSIG: 24 h, 72 h, one month)"},
                 {"Plan und Protokoll der letzten Übung beilegen",
                  "Attach the plan and the record of the last exercise"});
}

void judge_people(Checklist& list) {
    list.topic({"Schulung und Organisation (B3S, BSI)", "Training and organisation (B3S, BSI)"});
    list.outside("P1", {"Beschäftigte sind geschult", "Staff are trained"},
                 {"Schulungsnachweise beilegen", "Attach records of training"});
    list.outside("P2",
                 {"Netze medizinischer Geräte sind getrennt", "Networks of medical devices are separated"},
                 {"Netzplan beilegen", "Attach the network plan"});
    list.outside("P3",
                 {"Zeit ist synchron, Fernwartung geregelt, Patches eingespielt",
                  "Time is synchronised, remote maintenance ruled, patches applied"},
                 {"Nachweise der Betriebsführung beilegen", "Attach records of operations"});
}

}  // namespace

std::vector<Finding> judge(const Installation& installation, Language language) {
    Checklist list(installation, language);
    judge_devices(list, installation);
    judge_flows(list, installation);
    judge_access(list, installation);
    judge_encryption(list, installation);
    judge_incidents(list, installation);
    judge_people(list);
    return list.take();
}

}  // namespace edgeward::report
