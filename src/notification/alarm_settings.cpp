#include <edgeward/notification/alarm_settings.hpp>

#include <algorithm>
#include <set>

namespace edgeward::notification {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

bool is_name(std::string_view text) {
    return !text.empty() && text.size() <= 32 && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
    });
}

bool is_topic(std::string_view text) {
    return !text.empty() && text.size() <= 256 && text.front() != '$' &&
           std::all_of(text.begin(), text.end(),
                       [](char c) { return c > ' ' && c <= '~' && c != '+' && c != '#'; });
}

void read_privacy(config::Section& section, TargetSettings& target) {
    const auto purpose = model::parse_purpose(
        section.choice("purpose", "treatment", {"treatment", "research", "quality", "maintenance"}));
    if (purpose) target.purpose = *purpose;
    // An alarm names no person: identified and anonymised mean nothing here.
    const auto level = model::parse_identity_level(
        section.choice("identity_level", "technical", {"pseudonymous", "technical"}));
    if (level) target.level = *level;
    if (!section.has("identity_level"))
        section.problem("identity_level", "expected pseudonymous or technical, got nothing");
    target.legal_basis = section.choice("legal_basis", "none", {"art9-2h", "art9-2j", "consent", "none"});
    if (target.level != model::IdentityLevel::technical && target.legal_basis == "none")
        section.problem("legal_basis", "expected art9-2h, art9-2j or consent for data about persons");
}

void read_form(config::Section& section, TargetSettings& target) {
    const std::string kind =
        section.choice("kind", "webhook", {"mqtt", "webhook", "alertmanager", "pcd04", "fhir"});
    if (!section.has("kind"))
        return section.problem("kind", "expected mqtt, webhook, alertmanager, pcd04 or fhir, got nothing");
    auto table = section.table(kind);
    if (kind == "mqtt") {
        MqttTarget mqtt;
        mqtt.topic = table.text("topic", mqtt.topic);
        if (!is_topic(mqtt.topic)) table.problem("topic", "expected a topic without wildcards and blanks");
        target.form = mqtt;
        return;
    }
    if (!table.exists()) return section.problem(kind, "expected a table [alarm.target." + kind + "]");
    if (kind == "webhook") {
        target.form = WebhookTarget{transport::read_webhook_settings(table)};
        return;
    }
    if (kind == "pcd04") {
        target.form = Pcd04Target{hl7::read_oru_settings(table), transport::read_mllp_settings(table)};
        return;
    }
    if (kind == "fhir") {
        FhirTarget fhir{fhir::read_alert_settings(table), transport::read_fhir_settings(table)};
        if (fhir.http.smart && fhir.http.smart->scope.find("DetectedIssue") == std::string::npos)
            table.table("smart").problem("scope",
                                         "expected system/DetectedIssue.cu: nothing else is written");
        target.form = std::move(fhir);
        return;
    }
    AlertmanagerTarget alertmanager;
    alertmanager.http = transport::read_webhook_settings(table);
    alertmanager.http.path = "/api/v2/alerts";
    alertmanager.refresh = table.duration("refresh", alertmanager.refresh, seconds(1), hours(1));
    if (target.level != model::IdentityLevel::technical) {
        section.problem("identity_level",
                        "expected technical: labels and annotations of alerts are no place for measurements");
    }
    target.form = std::move(alertmanager);
}

TargetSettings read_target(config::Section section) {
    TargetSettings target;
    target.name = section.required_text("name", "a name of a-z, 0-9 and -");
    if (!target.name.empty() && !is_name(target.name))
        section.problem("name", "expected 1 to 32 of a-z, 0-9 and -");
    read_privacy(section, target);
    target.wards = section.texts("wards");
    target.language = section.text("language", target.language);
    target.retry.first = section.duration("retry_first", target.retry.first, milliseconds(10), hours(1));
    target.retry.longest =
        section.duration("retry_longest", target.retry.longest, milliseconds(10), hours(1));
    read_form(section, target);
    return target;
}

StageSettings read_stage(config::Section section, bool first) {
    StageSettings stage;
    if (!first && !section.has("after"))
        section.problem("after", "expected how long after the stage before it");
    stage.after = section.duration("after", seconds(0), seconds(0), hours(24));
    if (first && stage.after.count() > 0)
        section.problem("after",
                        "expected 0s: the first stage is told at once; a rule's delay makes it wait");
    if (!first && section.has("after") && stage.after < seconds(1))
        section.problem("after", "expected 1s or more after the stage before it");
    stage.least_priority =
        *alarm::parse_priority(section.choice("least_priority", "low", {"low", "medium", "high"}));
    stage.targets = section.texts("targets");
    if (stage.targets.empty()) section.problem("targets", "expected names of targets");
    return stage;
}

}  // namespace

AlarmSettings read_alarm_settings(config::Section section) {
    AlarmSettings settings;
    settings.enabled = section.flag("enabled", settings.enabled);
    settings.rules_folder = section.file("rules_folder", settings.rules_folder);
    settings.oldest_value = section.duration("oldest_value", settings.oldest_value, seconds(5), hours(24));
    settings.attend_interval =
        section.duration("attend_interval", settings.attend_interval, milliseconds(100), minutes(10));
    settings.client_id = section.text("client_id", settings.client_id);
    if (settings.client_id.empty() || settings.client_id.size() > 128)
        section.problem("client_id", "expected 1 to 128 octets");
    settings.principals = section.texts("principals");
    std::set<std::string, std::less<>> names;
    for (auto& table : section.tables("target")) {
        settings.targets.push_back(read_target(table));
        const auto& name = settings.targets.back().name;
        if (!name.empty() && !names.insert(name).second) table.problem("name", "this target is named twice");
    }
    const std::vector<std::string> known(names.begin(), names.end());
    for (auto& table : section.tables("stage")) {
        settings.stages.push_back(read_stage(table, settings.stages.empty()));
        for (const auto& target : settings.stages.back().targets) {
            if (names.contains(target)) continue;
            const auto near = config::nearest(target, known);
            table.problem("targets", "expected names of [[alarm.target]] only" +
                                         (near ? "; did you mean " + *near + "?" : std::string()));
        }
    }
    if (settings.enabled && settings.stages.empty())
        section.problem("stage", "expected an [[alarm.stage]]: otherwise nobody is told");
    return settings;
}

}  // namespace edgeward::notification
