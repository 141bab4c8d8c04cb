#include <edgeward/hl7/alert_message.hpp>

#include "date_time.hpp"
#include "message_header.hpp"
#include "obx_rows.hpp"

namespace edgeward::hl7 {

namespace {

using model::Alert;
using model::AlertValue;
using Phase = Alert::Phase;

// IHE PCD TF-2 table of MDC_ATTR_EVENT_PHASE.
std::string_view phase_of(Phase phase) {
    switch (phase) {
        case Phase::raised:
            return "start";
        case Phase::escalated:
            return "escalate";
        case Phase::acknowledged:
            return "acknowledged";
        case Phase::ended:
            break;
    }
    return "end";
}

std::string_view priority_of(Alert::Priority priority) {
    switch (priority) {
        case Alert::Priority::low:
            return "PL";
        case Alert::Priority::medium:
            return "PM";
        case Alert::Priority::high:
            break;
    }
    return "PH";
}

// OBR-3, EI; as a part of OBR-29 with subcomponents. The first notice has the alarm's own name.
void write_filler(SegmentWriter& out, const OruSettings& settings, const std::string& number,
                  char separator) {
    out.text(number).raw(std::string_view(&separator, 1));
    out.designator(settings.sending_application, separator);
}

void write_obr(SegmentWriter& out, const OruSettings& settings, const Alert& alert) {
    const bool first = alert.phase == Phase::raised;
    out.begin("OBR").field(1).raw("1").field(3);
    write_filler(out, settings, first ? alert.id : control_id_of(alert), '^');
    out.field(4).raw("196616^MDC_EVT_ALARM^MDC");
    out.field(7).raw(to_dtm({alert.time}));
    if (!first) {
        // EIP.2: the filler's number of the parent.
        out.field(29).raw("^");
        write_filler(out, settings, alert.id, '&');
    }
    out.end();
}

// Below or above its limits, where the alarm's first value is: terms of partition 3 of ISO/IEEE 11073-10101.
std::string_view event_of(const Alert& alert) {
    if (alert.values.size() != 1) return {};
    const AlertValue& value = alert.values.front();
    if (!value.below.empty() && value.above.empty()) return "196670^MDC_EVT_LO^MDC^";
    if (value.below.empty() && !value.above.empty()) return "196648^MDC_EVT_HI^MDC^";
    return {};
}

// One facet of the alarm, at the MDS: 1.0.0.0.<facet>.
SegmentWriter& begin_facet(ObxWriter& rows, std::string_view type, std::string_view identifier,
                           const std::string& facet) {
    SegmentWriter& out = rows.segments;
    out.begin("OBX").field(1).raw(std::to_string(++rows.rows)).field(2).raw(type);
    out.field(3).raw(identifier);
    return out.field(4).raw("1.0.0.0.").raw(facet).field(5);
}

void write_facet(ObxWriter& rows, std::string_view identifier, const std::string& facet,
                 std::string_view value) {
    begin_facet(rows, "ST", identifier, facet).raw(value).field(11).raw("F").end();
}

// What the alarm is about, with its value and the limits in force.
void write_source(ObxWriter& rows, const AlertValue& value, const std::string& facet) {
    SegmentWriter& out = rows.segments;
    out.begin("OBX").field(1).raw(std::to_string(++rows.rows)).field(2).raw("NM").field(3);
    write_code(out, value.code);
    out.field(4).raw("1.0.0.0.").raw(facet).field(5).text(value.value).field(6);
    write_unit(out, value.code.mdc, value.ucum);
    out.field(7);
    write_range(out, value.below, value.above);
    out.field(11).raw("F").field(14).raw(to_dtm({value.effective})).end();
}

void write_sources(ObxWriter& rows, const Alert& alert) {
    if (alert.values.empty()) {
        begin_facet(rows, "CWE", "68480^MDC_ATTR_ALERT_SOURCE^MDC", "2")
            .raw("69965^MDC_DEV_MON_PHYSIO_MULTI_PARAM_MDS^MDC")
            .field(11)
            .raw("F")
            .end();
        return;
    }
    if (alert.values.size() == 1) return write_source(rows, alert.values.front(), "2");
    for (std::size_t n = 0; n < alert.values.size(); ++n)
        write_source(rows, alert.values[n], "2." + std::to_string(n + 1));
}

void write_facets(ObxWriter& rows, const Alert& alert) {
    begin_facet(rows, "CWE", "196616^MDC_EVT_ALARM^MDC", "1")
        .raw(event_of(alert))
        .triple(alert.rule, alert.text, "L")
        .field(11)
        .raw("F")
        .end();
    write_sources(rows, alert);
    write_facet(rows, "68481^MDC_ATTR_EVENT_PHASE^MDC", "3", phase_of(alert.phase));
    write_facet(rows, "68482^MDC_ATTR_ALARM_STATE^MDC", "4", alert.ended ? "inactive" : "active");
    write_facet(rows, "68483^MDC_ATTR_ALARM_INACTIVATION_STATE^MDC", "5",
                alert.acknowledged ? "alert-acknowledged" : "enabled");
    write_facet(rows, "68484^MDC_ATTR_ALARM_PRIORITY^MDC", "6", priority_of(alert.priority));
    write_facet(rows, "68485^MDC_ATTR_ALERT_TYPE^MDC", "7", alert.about_person ? "SP" : "ST");
}

// Whom a pager or nurse call system tells follows from the place.
void write_place(SegmentWriter& out, const model::Location& location) {
    out.begin("PID").field(5).raw(unknown_name).end();
    out.begin("PV1").field(2).raw("U").field(3).text(location.ward);
    if (!location.room.empty() || !location.bed.empty())
        out.raw("^").text(location.room).raw("^").text(location.bed);
    out.end();
}

}  // namespace

std::string control_id_of(const Alert& alert) {
    return alert.id + "-" + std::to_string(alert.sequence);
}

Result<std::string> render_alert(const OruSettings& settings, const Alert& alert) {
    SegmentWriter out(settings.charset);
    const std::string control_id = control_id_of(alert);
    write_msh(out, settings,
              {"ORU^R40^ORU_R40",
               "IHE_PCD_ACM_001^IHE PCD^1.3.6.1.4.1.19376.1.6.1.4.1^ISO",
               control_id,
               {alert.time},
               "P"});
    write_place(out, alert.location);
    write_obr(out, settings, alert);
    out.begin("NTE").field(1).raw("1").field(3).text(alert.note).end();
    ObxWriter rows{out};
    begin_mds_row(rows);
    if (!alert.device.empty()) out.field(18).text(alert.device);
    out.end();
    write_facets(rows, alert);
    auto message = std::move(out).finish();
    if (!message) return failure(std::move(message.error()).during("render HL7 alert"));
    return message;
}

}  // namespace edgeward::hl7
