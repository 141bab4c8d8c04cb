#include <edgeward/hl7/alert_message.hpp>

#include <catch2/catch_test_macros.hpp>

#include "message.hpp"

#include "hl7/sample_report.hpp"
#include "support/program.hpp"

using namespace edgeward;
using namespace edgeward::hl7;
using model::Alert;

namespace {

Alert low_saturation() {
    Alert alert;
    alert.id = "7eed79ac-d3ab-88f8-964e-e652c182f483";
    alert.sequence = 2;
    alert.time = sample::at("2026-11-26T05:00:11Z").utc;
    alert.priority = Alert::Priority::high;
    alert.about_person = true;
    alert.rule = "spo2-low";
    alert.text = "SpO2 niedrig";
    alert.note = "Not the primary alarm";
    alert.location = {"ICU", "1", "07"};
    alert.device = "monitor-icu-07";
    alert.onset = sample::at("2026-11-26T05:00:01Z").utc;
    model::AlertValue value;
    value.code.mdc = 150456;
    value.code.mdc_refid = "MDC_PULS_OXIM_SAT_O2";
    value.code.loinc = "59408-5";
    value.value = "85.0";
    value.ucum = "%";
    value.effective = alert.onset;
    value.below = "88";
    alert.values = {value};
    return alert;
}

std::string render(const Alert& alert, const OruSettings& settings = sample::settings()) {
    const auto message = render_alert(settings, alert);
    REQUIRE(message);
    return *message;
}

std::string field(const std::string& octets, std::string_view segment, std::size_t number,
                  std::size_t which = 0) {
    const auto message = Message::parse(octets);
    REQUIRE(message);
    for (const Segment& one : message->segments())
        if (one.name() == segment && which-- == 0) return std::string(one.field(number));
    return "no such segment";
}

std::string facet(const std::string& octets, std::string_view place) {
    const auto message = Message::parse(octets);
    REQUIRE(message);
    for (const Segment& one : message->segments())
        if (one.name() == "OBX" && one.field(4) == place)
            return std::string(one.field(3)).append(" ").append(one.field(5));
    return "no such facet";
}

}  // namespace

// Built by hand from IHE PCD TF-2 "Report Alert" (PCD-04): the facets, their order and their words. Codes of
// facets 3 to 7 and MSH-21 are those of the message a Draeger engineer's alert reporter sends
// (github.com/klotzt-draeger/IHE-PCD-ACM, ReferenceMessages/PCD04_alarm.txt), the unit that of PCD-01.
TEST_CASE("what is raised is the PCD-04 message of the technical framework", "[alert_message]") {
    CHECK(
        render(low_saturation()) ==
        "MSH|^~\\&|EDGEWARD^0011223344556677^EUI-64|WARD|KIS|HOSPITAL|20261126050011+0000||ORU^R40^ORU_R40|"
        "7eed79ac-d3ab-88f8-964e-e652c182f483-2|P|2.6|||AL|NE||UNICODE UTF-8|||"
        "IHE_PCD_ACM_001^IHE PCD^1.3.6.1.4.1.19376.1.6.1.4.1^ISO\r"
        "PID|||||^^^^^^U\r"
        "PV1||U|ICU^1^07\r"
        "OBR|1||7eed79ac-d3ab-88f8-964e-e652c182f483^EDGEWARD^0011223344556677^EUI-64|"
        "196616^MDC_EVT_ALARM^MDC|||20261126050011+0000\r"
        "NTE|1||Not the primary alarm\r"
        "OBX|1||69965^MDC_DEV_MON_PHYSIO_MULTI_PARAM_MDS^MDC|1.0.0.0|||||||X|||||||monitor-icu-07\r"
        "OBX|2|CWE|196616^MDC_EVT_ALARM^MDC|1.0.0.0.1|196670^MDC_EVT_LO^MDC^spo2-low^SpO2 niedrig^L||||||F\r"
        "OBX|3|NM|150456^MDC_PULS_OXIM_SAT_O2^MDC^59408-5^^LN|1.0.0.0.2|85.0|262688^MDC_DIM_PERCENT^MDC^%^%^"
        "UCUM|>88||||F|||20261126050001+0000\r"
        "OBX|4|ST|68481^MDC_ATTR_EVENT_PHASE^MDC|1.0.0.0.3|start||||||F\r"
        "OBX|5|ST|68482^MDC_ATTR_ALARM_STATE^MDC|1.0.0.0.4|active||||||F\r"
        "OBX|6|ST|68483^MDC_ATTR_ALARM_INACTIVATION_STATE^MDC|1.0.0.0.5|enabled||||||F\r"
        "OBX|7|ST|68484^MDC_ATTR_ALARM_PRIORITY^MDC|1.0.0.0.6|PH||||||F\r"
        "OBX|8|ST|68485^MDC_ATTR_ALERT_TYPE^MDC|1.0.0.0.7|SP||||||F\r");
}

TEST_CASE("later phases name the first one as their parent", "[alert_message]") {
    auto alert = low_saturation();
    alert.phase = Alert::Phase::escalated;
    alert.sequence = 3;
    const auto escalated = render(alert);
    CHECK(field(escalated, "OBR", 3) ==
          "7eed79ac-d3ab-88f8-964e-e652c182f483-3^EDGEWARD^0011223344556677^EUI-64");
    CHECK(field(escalated, "OBR", 29) ==
          "^7eed79ac-d3ab-88f8-964e-e652c182f483&EDGEWARD&0011223344556677&EUI-64");
    CHECK(facet(escalated, "1.0.0.0.3") == "68481^MDC_ATTR_EVENT_PHASE^MDC escalate");
    alert.phase = Alert::Phase::acknowledged;
    alert.acknowledged = alert.time;
    const auto acknowledged = render(alert);
    CHECK(facet(acknowledged, "1.0.0.0.3") == "68481^MDC_ATTR_EVENT_PHASE^MDC acknowledged");
    CHECK(facet(acknowledged, "1.0.0.0.4") == "68482^MDC_ATTR_ALARM_STATE^MDC active");
    CHECK(facet(acknowledged, "1.0.0.0.5") ==
          "68483^MDC_ATTR_ALARM_INACTIVATION_STATE^MDC alert-acknowledged");
    alert.phase = Alert::Phase::ended;
    alert.ended = alert.time;
    const auto ended = render(alert);
    CHECK(facet(ended, "1.0.0.0.3") == "68481^MDC_ATTR_EVENT_PHASE^MDC end");
    CHECK(facet(ended, "1.0.0.0.4") == "68482^MDC_ATTR_ALARM_STATE^MDC inactive");
}

TEST_CASE("a receiver that may know the ward alone hears of the device by its kind", "[alert_message]") {
    auto alert = low_saturation();
    alert.location = {"ICU", "", ""};
    alert.device.clear();
    alert.values.clear();
    alert.about_person = false;
    alert.priority = Alert::Priority::low;
    const auto octets = render(alert);
    CHECK(field(octets, "PV1", 3) == "ICU");
    CHECK(field(octets, "OBX", 18) == "");
    CHECK(facet(octets, "1.0.0.0.1") == "196616^MDC_EVT_ALARM^MDC spo2-low^SpO2 niedrig^L");
    CHECK(facet(octets, "1.0.0.0.2") ==
          "68480^MDC_ATTR_ALERT_SOURCE^MDC 69965^MDC_DEV_MON_PHYSIO_MULTI_PARAM_MDS^MDC");
    CHECK(facet(octets, "1.0.0.0.6") == "68484^MDC_ATTR_ALARM_PRIORITY^MDC PL");
    CHECK(facet(octets, "1.0.0.0.7") == "68485^MDC_ATTR_ALERT_TYPE^MDC ST");
}

TEST_CASE("several values are parts of one source", "[alert_message]") {
    auto alert = low_saturation();
    auto second = alert.values.front();
    second.code = {};
    second.code.local_code = "rate";
    second.value = "131";
    second.below.clear();
    second.above = "130";
    alert.values.push_back(second);
    const auto octets = render(alert);
    CHECK(facet(octets, "1.0.0.0.2.1") == "150456^MDC_PULS_OXIM_SAT_O2^MDC^59408-5^^LN 85.0");
    CHECK(facet(octets, "1.0.0.0.2.2") == "rate^^L 131");
    CHECK(field(octets, "OBX", 7, 3) == "<130");
    CHECK(facet(octets, "1.0.0.0.1") == "196616^MDC_EVT_ALARM^MDC spo2-low^SpO2 niedrig^L");
}

TEST_CASE("an alert that its character set cannot hold is refused by the field", "[alert_message]") {
    auto settings = sample::settings();
    settings.charset = Charset::ascii;
    auto alert = low_saturation();
    alert.text = "S\u00E4ttigung";
    const auto message = render_alert(settings, alert);
    REQUIRE_FALSE(message);
    CHECK(message.error().kind == ErrorKind::invalid_input);
    CHECK(message.error().message.find("OBX-5") != std::string::npos);
    CHECK(message.error().message.find("ttigung") == std::string::npos);
}

TEST_CASE("python3-hl7 reads the alert we wrote", "[integration][alert_message]") {
    const support::ScratchFolder folder;
    auto alert = low_saturation();
    alert.text = "S\u00E4ttigung ^ niedrig";
    alert.phase = Alert::Phase::ended;
    const auto file = folder.write("message.hl7", render(alert)).string();
    support::Program program(
        {"/usr/bin/python3", EDGEWARD_SOURCE_DIR "/tests/hl7/read_message.py", file, "utf-8", "MSH.1.9.1.2.1",
         "OBR.1.29.1.2.1", "OBX.2.5.1.5.1", "OBX.3.5.1.1.1", "OBX.4.5.1.1.1"},
        folder / "fields");
    REQUIRE(program.wait() == 0);
    CHECK(program.output() ==
          "R40\n7eed79ac-d3ab-88f8-964e-e652c182f483\nS\u00E4ttigung ^ niedrig\n85.0\nend\n");
}
