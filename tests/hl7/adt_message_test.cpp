#include <edgeward/hl7/adt_message.hpp>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "hl7/adt_sample.hpp"

using namespace edgeward;
using namespace edgeward::hl7;

namespace {

Instant utc(std::string_view text) {
    return parse_rfc3339(text)->utc;
}

AdtMessage read(std::string_view octets) {
    auto message = read_adt(octets, sample::german_reading());
    INFO((message ? std::string() : message.error().to_string()));
    REQUIRE(message);
    return *std::move(message);
}

MessageFault fault_of(std::string_view octets) {
    auto message = read_adt(octets, sample::german_reading());
    REQUIRE_FALSE(message);
    return message.error();
}

std::string replaced(std::string text, std::string_view from, std::string_view to) {
    const auto at = text.find(from);
    REQUIRE(at != std::string::npos);
    return text.replace(at, from.size(), to);
}

}  // namespace

TEST_CASE("an admission of German practice is read whole", "[adt_message]") {
    const auto message = read(sample::german("A01"));
    CHECK(message.event == AdtEvent::admit);
    CHECK(message.trigger == "A01");
    REQUIRE(message.occurred);
    CHECK(message.occurred->utc == utc("2026-11-25T08:00:00+01:00"));  // EVN-6 before PV1-44 and EVN-2
    CHECK(message.recorded->utc == utc("2026-11-25T08:15:00+01:00"));
    REQUIRE(message.groups.size() == 1);
    const auto& group = message.groups.front();
    REQUIRE(group.patient.identifiers.size() == 1);
    CHECK(group.patient.identifiers[0] == model::PatientIdentifier{"0815", "kis", "PI"});
    CHECK(group.patient.family == "M\u00FCller");
    CHECK(group.patient.given == "J\u00F6rg");
    CHECK(group.patient.birth_date == "1950-02-03");
    CHECK(group.patient.sex == "female");
    CHECK(group.patient.visit_number == "V77");
    CHECK(group.account == "9001");
    CHECK(group.place == model::Location{"ITS1", "Z2", "B3"});
    CHECK(group.prior_place == model::Location{"ITS1", "Z1", "B1"});
}

TEST_CASE("a message is read in whatever character set it really is", "[adt_message]") {
    auto latin = sample::german("A01");
    latin = replaced(replaced(latin, "M\xC3\xBCller", "M\xFCller"), "J\xC3\xB6rg", "J\xF6rg");
    const auto stated = GENERATE("8859/1", "UNICODE UTF-8", "");
    CHECK(read(replaced(latin, "8859/1", stated)).groups[0].patient.family == "M\u00FCller");
    CHECK(read(replaced(sample::german("A01"), "8859/1", stated)).groups[0].patient.family == "M\u00FCller");
}

TEST_CASE("escapes and hexadecimal octets in names are resolved", "[adt_message]") {
    const auto message = read(replaced(sample::german("A01"), "M\xC3\xBCller", "O\\T\\M\\XFC\\ller"));
    CHECK(message.groups[0].patient.family == "O&M\u00FCller");
}

TEST_CASE("segments may end in LF or CRLF and follow a byte order mark", "[adt_message]") {
    const std::string_view end = GENERATE("\n", "\r\n");
    std::string message;
    for (const char each : sample::german("A02"))
        each == '\r' ? message.append(end) : message.append(1, each);
    CHECK(read(message).event == AdtEvent::transfer);
    CHECK(read("\xEF\xBB\xBF" + message).event == AdtEvent::transfer);
}

TEST_CASE("delimiters are those the message declares", "[adt_message]") {
    const auto message =
        read("MSH#*~\\&#A#B#C#D#20261125081501##ADT*A01#1#P#2.5\rPID#1##7*8\rPV1#1#I#ITS*1*2\r");
    CHECK(message.groups[0].patient.identifiers[0].value == "7");
    CHECK(message.groups[0].place == model::Location{"ITS", "1", "2"});
}

TEST_CASE("every event of the list is known by its name", "[adt_message]") {
    struct Row {
        const char* trigger;
        AdtEvent event;
    };
    const auto row =
        GENERATE(Row{"A01", AdtEvent::admit}, Row{"A02", AdtEvent::transfer}, Row{"A03", AdtEvent::discharge},
                 Row{"A04", AdtEvent::register_outpatient}, Row{"A05", AdtEvent::pre_admit},
                 Row{"A06", AdtEvent::change_class}, Row{"A07", AdtEvent::change_class},
                 Row{"A08", AdtEvent::update}, Row{"A11", AdtEvent::cancel_admit},
                 Row{"A12", AdtEvent::cancel_transfer}, Row{"A13", AdtEvent::cancel_discharge});
    CAPTURE(row.trigger);
    CHECK(read(sample::german(row.trigger)).event == row.event);
}

TEST_CASE("an event that means nothing here is read no further", "[adt_message]") {
    const auto message = read("MSH|^~\\&|||||20261125||ADT^A60|1|P|2.5\rNONSENSE\r");
    CHECK(message.event == AdtEvent::other);
    CHECK(message.trigger == "A60");
    CHECK(message.groups.empty());
}

TEST_CASE("the event stands in EVN-1 where MSH-9 has none", "[adt_message]") {
    CHECK(read(replaced(sample::german("A01"), "ADT^A01|", "ADT|")).event == AdtEvent::admit);
}

TEST_CASE("a bed of another facility is told from ours", "[adt_message]") {
    const auto facility_of = [](std::string_view place) {
        return read(sample::german("A01", place)).groups.front().other_facility;
    };
    CHECK(facility_of("ITS1^Z2^B3").empty());
    CHECK(facility_of("ITS1^Z2^B3^KH").empty());
    CHECK(facility_of("ITS1^Z2^B3^KH2&1.2.3&ISO") == "KH2");
    CHECK(read(sample::german("A01", "ITS1^Z2^B3^KH2")).groups.front().place.ward == "ITS1");
}

TEST_CASE("a movement happened when ZBE says so, else EVN-6, else EVN-2", "[adt_message]") {
    CHECK(read(sample::german("A02", "ITS1^Z2^B3", "ZBE|m1|20261125073000||INSERT\r")).occurred->utc ==
          utc("2026-11-25T07:30:00+01:00"));
    CHECK(read(replaced(sample::german("A02"), "||||20261125080000", "")).occurred->utc ==
          utc("2026-11-25T08:15:00+01:00"));
    CHECK(read("MSH|^~\\&|||||20261125081501||ADT^A02|1|P|2.5\rPID|1||7\rPV1|1|I|ITS^1^2\r").occurred->utc ==
          utc("2026-11-25T08:15:01+01:00"));
}

// PV1-44 and PV1-45, HL7 v2.6 3.4.3.
TEST_CASE("a time without zone has that of MSH-7 unless the sender has one", "[adt_message]") {
    auto message = sample::german("A02");
    message.replace(message.find("20261125081501"), 14, "20261125071501+0000");
    auto reading = sample::german_reading();
    const auto event = read_adt(message, reading);
    REQUIRE(event);
    CHECK(event->occurred->utc == utc("2026-11-25T08:00:00Z"));
    reading.zone_holds = true;
    const auto held = read_adt(message, reading);
    REQUIRE(held);
    CHECK(held->occurred->utc == utc("2026-11-25T08:00:00+01:00"));
}

TEST_CASE("an admission and a discharge have times of their own in PV1", "[adt_message]") {
    const std::string fields(25, '|');
    const auto with = [&](std::string_view trigger, std::string_view times) {
        std::string message = "MSH|^~\\&|||||20261125081501||ADT^";
        message.append(trigger).append("|1|P|2.5\rEVN||20261125081500\rPID|1||7\rPV1|1|I|ITS^1^2|||||||");
        message.append("|||||||||V1").append(fields).append(times).append("\r");
        return read(message).occurred->utc;
    };
    CHECK(with("A01", "202611250700+0100|202611250730+0100") == utc("2026-11-25T07:00:00+01:00"));
    CHECK(with("A03", "202611250700+0100|202611250730+0100") == utc("2026-11-25T07:30:00+01:00"));
    CHECK(with("A02", "202611250700+0100|202611250730+0100") == utc("2026-11-25T08:15:00+01:00"));
}

TEST_CASE("ZBE names a movement and what to do with it", "[adt_message]") {
    struct Row {
        const char* action;
        MovementAction meant;
    };
    const auto row = GENERATE(Row{"INSERT", MovementAction::insert}, Row{"", MovementAction::insert},
                              Row{"UPDATE", MovementAction::update}, Row{"CANCEL", MovementAction::cancel},
                              Row{"DELETE", MovementAction::cancel}, Row{"delete", MovementAction::cancel});
    const auto message = read(sample::german(
        "Z99", "ITS1^Z2^B3", std::string("ZBE|m1^ORBIS|20261125073000||") + row.action + "|N|A02\r"));
    REQUIRE(message.mark);
    CHECK(message.mark->id == "m1");
    CHECK(message.mark->action == row.meant);
    CHECK(message.mark->original == AdtEvent::transfer);
}

TEST_CASE("a merge names who survives and who ends", "[adt_message]") {
    const auto trigger = GENERATE("A34", "A40");
    const auto message = read(sample::german(trigger, "", "MRG|0999^^^^PI\r"));
    CHECK(message.event == AdtEvent::merge);
    REQUIRE(message.groups.size() == 1);
    CHECK(message.groups[0].patient.identifiers[0].value == "0815");
    REQUIRE(message.groups[0].merged.size() == 1);
    CHECK(message.groups[0].merged[0].value == "0999");
    CHECK(message.groups[0].merged[0].authority == "kis");
}

TEST_CASE("a merge may hold several patients", "[adt_message]") {
    const auto message =
        read("MSH|^~\\&|||||20261125081501||ADT^A40|1|P|2.5\rPID|1||7\rMRG|8\rPID|1||17\rMRG|18\r");
    REQUIRE(message.groups.size() == 2);
    CHECK(message.groups[1].patient.identifiers[0].value == "17");
    CHECK(message.groups[1].merged[0].value == "18");
}

TEST_CASE("a move names the account or the visits that go", "[adt_message]") {
    const auto account = read(sample::german("A44", "", "MRG|0999||9002\r"));
    CHECK(account.event == AdtEvent::move_account);
    CHECK(account.groups[0].merged_account == "9002");
    const auto visits = read(
        "MSH|^~\\&|||||20261125081501||ADT^A45|1|P|2.5\rPID|1||7\rMRG|8||||V1\rPV1|1|I|||||||||||||||||V1"
        "\rMRG|8||||V2\rPV1|1|I|||||||||||||||||V2\r");
    CHECK(visits.event == AdtEvent::move_visit);
    REQUIRE(visits.groups.size() == 2);
    CHECK(visits.groups[0].merged_visit == "V1");
    CHECK(visits.groups[1].merged_visit == "V2");
    CHECK(visits.groups[1].patient.identifiers[0].value == "7");
    CHECK(visits.groups[1].patient.visit_number == "V2");
}

TEST_CASE("only identifiers of known authorities count", "[adt_message]") {
    const auto message = read(replaced(sample::german("A01"), "0815^^^^PI",
                                       "1^^^OTHER~2^^^LAB^MR~3^^^X&1.2.276.0.76.3.1.1&ISO~\"\"~3^^^KIS"));
    REQUIRE(message.groups[0].patient.identifiers.size() == 2);
    CHECK(message.groups[0].patient.identifiers[0] == model::PatientIdentifier{"2", "lab", "MR"});
    CHECK(message.groups[0].patient.identifiers[1] == model::PatientIdentifier{"3", "kis", "PI"});
    CHECK(fault_of(replaced(sample::german("A01"), "0815^^^^PI", "1^^^OTHER")).to_string() ==
          "PID-3-1: expected an identifier of a configured authority");
}

TEST_CASE("what moves somebody without a usable time is refused at its place", "[adt_message]") {
    const auto fault = fault_of(replaced(sample::german("A02"), "||||20261125080000", "||||20261125"));
    CHECK(fault.condition == 102);
    CHECK(fault.to_string() == "EVN-6-1: expected a time to the minute that exists");
    CHECK(read(replaced(sample::german("A08"), "||||20261125080000", "||||20261125")).event ==
          AdtEvent::update);
}

TEST_CASE("what is missing is named with segment and field and never with content", "[adt_message]") {
    struct Row {
        std::string message;
        std::uint32_t condition;
        const char* place;
    };
    const std::string head = "MSH|^~\\&|||||20261125081501||ADT^";
    const auto row = GENERATE_COPY(
        Row{"PID|1||7", 100, "MSH: "}, Row{"", 100, "MSH: "}, Row{head + "A01|1|P|2.5\r", 100, "PID: "},
        Row{head + "A01|1|T|2.5\rPID|1||Canary\r", 202, "MSH-11-1: "},
        Row{head + "A01|1|P|3\rPID|1||Canary\r", 203, "MSH-12-1: "},
        Row{"MSH|^~\\&|||||20261125||ORU^R01|1|P|2.5\r", 200, "MSH-9-1: "},
        Row{head + "A02|1|P|2.5\rPID|1||Canary\r", 101, "PV1-3-1: "},
        Row{head + "A40|1|P|2.5\rPID|1||Canary\r", 101, "MRG-1-1: "},
        Row{head + "A44|1|P|2.5\rPID|1||Canary\rMRG|8\r", 101, "MRG-3-1: "},
        Row{head + "A45|1|P|2.5\rPID|1||Canary\rMRG|8\r", 101, "MRG-5-1: "},
        Row{head + "Z99|1|P|2.5\rPID|1||Canary\r", 100, "ZBE: "},
        Row{head + "A01|1|P|2.5\rPID|1||Canary\rZBE|m|20261125080000||Canary\r", 103, "ZBE-4-1: "},
        Row{head + "A01|1|P|2.5\rPID|1||Canary\rZBE||20261125080000||UPDATE\r", 101, "ZBE-1-1: "});
    CAPTURE(row.place);
    const auto fault = fault_of(row.message);
    CHECK(fault.condition == row.condition);
    CHECK(fault.to_string().starts_with(row.place));
    CHECK(fault.to_string().find("Canary") == std::string::npos);
}

TEST_CASE("a message that repeats without end is refused", "[adt_message]") {
    std::string many = "MSH|^~\\&|||||20261125081501||ADT^A01|1|P|2.5\rPID|1||7";
    for (int i = 0; i < 60; ++i)
        many += "~" + std::to_string(i);
    CHECK(fault_of(many).to_string() == "PID-3: expected at most 50 identifiers");
}

// The ADT samples of Microsoft's FHIR converter (data/SampleData/Hl7v2), when the variable names their
// folder.
TEST_CASE("published samples are read", "[adt_message]") {
    const char* folder = std::getenv("EDGEWARD_ADT_SAMPLES");
    if (folder == nullptr) SKIP("EDGEWARD_ADT_SAMPLES names no folder");
    auto reading = sample::german_reading();
    for (const char* name : {"test", "BCBS", "ADT1"})
        reading.authorities[name] = {name, {}, {}};
    reading.authorities["test1"] = {"test1", "2.16.1", "HCD"};
    std::size_t seen = 0;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        if (!entry.path().filename().string().starts_with("ADT-")) continue;
        CAPTURE(entry.path().filename());
        std::ifstream file(entry.path(), std::ios::binary);
        const std::string octets{std::istreambuf_iterator<char>(file), {}};
        const auto message = read_adt(octets, reading);
        INFO((message ? std::string() : message.error().to_string()));
        CHECK(message);
        ++seen;
    }
    CHECK(seen == 16);
}
