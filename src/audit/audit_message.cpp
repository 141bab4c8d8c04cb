#include <edgeward/audit/audit_message.hpp>

#include <algorithm>
#include <array>
#include <optional>

namespace edgeward::audit {
namespace {

struct Code {
    std::string_view value;
    std::string_view system;
    std::string_view text;
};
constexpr std::string_view dcm = "DCM";
constexpr std::string_view own_system = "edgeward";

// DICOM PS3.16, CID 400: the events.
constexpr Code application_activity{"110100", dcm, "Application Activity"};
constexpr Code audit_log_used{"110101", dcm, "Audit Log Used"};
constexpr Code exported{"110106", dcm, "Export"};
constexpr Code imported{"110107", dcm, "Import"};
constexpr Code patient_record{"110110", dcm, "Patient Record"};
constexpr Code query{"110112", dcm, "Query"};
constexpr Code security_alert{"110113", dcm, "Security Alert"};
// CID 401: their types.
constexpr Code application_start{"110120", dcm, "Application Start"};
constexpr Code application_stop{"110121", dcm, "Application Stop"};
constexpr Code emergency_override{"110127", dcm, "Emergency Override Started"};
constexpr Code security_configuration{"110129", dcm, "Security Configuration"};
constexpr Code restricted_function{"110132", dcm, "Use of Restricted Function"};
// CID 402: what participants do.
constexpr Code application{"110150", dcm, "Application"};
constexpr Code destination{"110152", dcm, "Destination Role ID"};
constexpr Code source_role{"110153", dcm, "Source Role ID"};

struct Meaning {
    Code event;
    char action;  // Create, Read, Update, Delete, Execute
    std::optional<Code> type{};
};

struct Row {
    Action action;
    Meaning meaning;
};
constexpr std::array meanings = {
    Row{Action::started, {application_activity, 'E', application_start}},
    Row{Action::stopped, {application_activity, 'E', application_stop}},
    Row{Action::batch_stored, {imported, 'C'}},
    Row{Action::quarantined, {imported, 'C'}},
    Row{Action::refused, {imported, 'C'}},
    Row{Action::quarantine_replayed, {imported, 'C'}},
    Row{Action::consent_imported, {imported, 'C'}},
    Row{Action::disclosed, {exported, 'R'}},
    Row{Action::delivered, {exported, 'R'}},
    Row{Action::dead_lettered, {exported, 'R'}},
    Row{Action::filtered, {exported, 'R'}},
    Row{Action::alarm_told, {exported, 'R'}},
    Row{Action::person_admitted, {patient_record, 'C'}},
    Row{Action::consent_recorded, {patient_record, 'U'}},
    Row{Action::association_changed, {patient_record, 'U'}},
    Row{Action::reassigned, {patient_record, 'U'}},
    Row{Action::person_rectified, {patient_record, 'U'}},
    Row{Action::restriction_changed, {patient_record, 'U'}},
    Row{Action::person_accessed, {patient_record, 'R'}},
    Row{Action::pseudonym_resolved, {patient_record, 'R'}},
    Row{Action::person_erased, {patient_record, 'D'}},
    Row{Action::reports_removed, {patient_record, 'D'}},
    Row{Action::deliveries_erased, {patient_record, 'D'}},
    Row{Action::quarantine_erased, {patient_record, 'D'}},
    Row{Action::quarantine_listed, {query, 'E'}},
    Row{Action::quarantine_shown, {query, 'E'}},
    Row{Action::dead_letter_listed, {query, 'E'}},
    Row{Action::dead_letter_shown, {query, 'E'}},
    Row{Action::association_listed, {query, 'E'}},
    Row{Action::erasure_read, {query, 'E'}},
    Row{Action::consent_shown, {query, 'E'}},
    Row{Action::recipients_listed, {query, 'E'}},
    Row{Action::restrictions_listed, {query, 'E'}},
    Row{Action::alarms_listed, {query, 'E'}},
    Row{Action::records_queried, {query, 'E'}},
    Row{Action::audit_exported, {audit_log_used, 'R'}},
    Row{Action::configuration_loaded, {security_alert, 'E', security_configuration}},
    Row{Action::configuration_refused, {security_alert, 'E', security_configuration}},
    Row{Action::policy_loaded, {security_alert, 'E', security_configuration}},
    Row{Action::egress_unguarded, {security_alert, 'E', security_configuration}},
    Row{Action::volume_exceeded, {security_alert, 'E'}},
    Row{Action::books_differ, {security_alert, 'E'}},
    Row{Action::anchor_lost, {security_alert, 'E'}},
    Row{Action::log_contradicted, {security_alert, 'E'}},
    Row{Action::key_used, {security_alert, 'E', restricted_function}},
    Row{Action::access_denied, {security_alert, 'E', restricted_function}},
    Row{Action::query_refused, {security_alert, 'E', restricted_function}},
    Row{Action::capabilities_changed, {security_alert, 'E'}},
    Row{Action::restored, {security_alert, 'E', restricted_function}},
    Row{Action::glass_broken, {security_alert, 'E', emergency_override}},
};

Meaning meaning_of(Action action) {
    const auto* const row =
        std::ranges::find_if(meanings, [&](const Row& one) { return one.action == action; });
    return row == meanings.end() ? Meaning{application_activity, 'E'} : row->meaning;
}

class Writer {
public:
    // Texts of records are printable ASCII; five of it mean something in XML.
    Writer& attribute(std::string_view name, std::string_view value) {
        text_.append(" ").append(name).append("=\"");
        for (const char c : value) {
            switch (c) {
                case '&':
                    text_ += "&amp;";
                    break;
                case '<':
                    text_ += "&lt;";
                    break;
                case '>':
                    text_ += "&gt;";
                    break;
                case '"':
                    text_ += "&quot;";
                    break;
                case '\'':
                    text_ += "&apos;";
                    break;
                default:
                    text_ += c;
            }
        }
        text_ += '"';
        return *this;
    }
    Writer& raw(std::string_view text) {
        text_.append(text);
        return *this;
    }
    Writer& code(std::string_view element, const Code& code) {
        raw("<").raw(element);
        attribute("csd-code", code.value).attribute("codeSystemName", code.system);
        return attribute("originalText", code.text).raw("/>");
    }
    // The values are base64, so that nothing in them is taken for XML.
    Writer& detail(std::string_view type, ByteView value) {
        raw("<ParticipantObjectDetail").attribute("type", type);
        return attribute("value", to_base64(value)).raw("/>");
    }
    std::string take() { return std::move(text_); }

private:
    std::string text_;
};

void write_event(Writer& out, const Record& record) {
    const Meaning meaning = meaning_of(record.event.action);
    const bool success = record.event.outcome == Outcome::success;
    out.raw("<EventIdentification").attribute("EventActionCode", std::string_view(&meaning.action, 1));
    out.attribute("EventDateTime", to_rfc3339(record.time));
    out.attribute("EventOutcomeIndicator", success ? "0" : "4").raw(">");
    out.code("EventID", meaning.event);
    if (meaning.type) out.code("EventTypeCode", *meaning.type);
    const std::string_view name = name_of(record.event.action);
    out.code("EventTypeCode", {name, own_system, name});
    if (!success)
        out.raw("<EventOutcomeDescription>")
            .raw(name_of(record.event.outcome))
            .raw("</EventOutcomeDescription>");
    out.raw("</EventIdentification>");
}

void write_participant(Writer& out, std::string_view id, bool requestor, std::optional<Code> role) {
    out.raw("<ActiveParticipant").attribute("UserID", id);
    out.attribute("UserIsRequestor", requestor ? "true" : "false");
    if (!role) {
        out.raw("/>");
        return;
    }
    out.raw(">").code("RoleIDCode", *role).raw("</ActiveParticipant>");
}

// The actor, and the gateway unless it is the actor itself. Destinations and targets of alarms are given
// data; everybody else asks or brings it.
void write_participants(Writer& out, const std::string& actor, const std::string& origin) {
    if (actor == "gateway") return write_participant(out, origin, true, application);
    const bool receives = actor.starts_with("destination:") || actor.starts_with("target:");
    const bool brings = actor.starts_with("device:") || actor.starts_with("sender:");
    std::optional<Code> role;
    if (receives) role = destination;
    if (brings) role = source_role;
    write_participant(out, actor, !receives, role);
    write_participant(out, origin, receives, application);
}

void write_subject(Writer& out, const model::Pseudonym& subject) {
    out.raw("<ParticipantObjectIdentification").attribute("ParticipantObjectID", to_hex(subject.octets()));
    out.attribute("ParticipantObjectTypeCode", "1").attribute("ParticipantObjectTypeCodeRole", "1").raw(">");
    out.code("ParticipantObjectIDTypeCode", {"2", "RFC-3881", "Patient Number"});
    out.raw("<ParticipantObjectName>pseudonym</ParticipantObjectName>");
    out.raw("<ParticipantObjectDescription><Anonymized>true</Anonymized></ParticipantObjectDescription>");
    out.raw("</ParticipantObjectIdentification>");
}

void write_record(Writer& out, const Record& record) {
    out.raw("<ParticipantObjectIdentification");
    out.attribute("ParticipantObjectID", std::to_string(record.sequence));
    out.attribute("ParticipantObjectTypeCode", "2").raw(">");
    out.code("ParticipantObjectIDTypeCode", {"sequence", own_system, "Sequence in the audit log"});
    out.raw("<ParticipantObjectName>audit record</ParticipantObjectName>");
    const Event& event = record.event;
    if (!event.object.empty()) out.detail("object", bytes_of(event.object));
    if (!event.rule.empty()) out.detail("rule", bytes_of(event.rule));
    out.detail("count", bytes_of(std::to_string(event.count)));
    out.detail("canonical", record.octets);
    out.raw("</ParticipantObjectIdentification>");
}

}  // namespace

std::string audit_message(const Record& record, const AuditSource& source) {
    Writer out;
    out.raw("<AuditMessage>");
    write_event(out, record);
    write_participants(out, record.event.actor, source.origin);
    out.raw("<AuditSourceIdentification");
    if (!source.site.empty()) out.attribute("AuditEnterpriseSiteID", source.site);
    out.attribute("AuditSourceID", source.origin).raw("><AuditSourceTypeCode");
    out.attribute("csd-code", "4").raw("/></AuditSourceIdentification>");
    if (record.event.subject) write_subject(out, *record.event.subject);
    write_record(out, record);
    out.raw("</AuditMessage>");
    return out.take();
}

}  // namespace edgeward::audit
