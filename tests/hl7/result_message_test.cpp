#include <edgeward/hl7/result_message.hpp>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "hl7/result_sample.hpp"

using namespace edgeward;
using namespace edgeward::hl7;
using sample::laboratory;
using sample::replaced;

namespace {

Instant utc(std::string_view text) {
    return parse_rfc3339(text)->utc;
}

ResultMessage read(std::string_view octets) {
    auto message = read_results(octets, sample::reading());
    INFO((message ? std::string() : message.error().to_string()));
    REQUIRE(message);
    return *std::move(message);
}

std::string fault_of(std::string_view octets) {
    const auto message = read_results(octets, sample::reading());
    const auto checked = check_results(octets);
    REQUIRE(message.has_value() == !checked.has_value());
    if (message) return "none";
    CHECK(message.error().to_string() == checked->to_string());
    return std::to_string(checked->condition) + ' ' + checked->segment + '-' + std::to_string(checked->field);
}

const std::string one_order =
    "ORC|NW|P7|F7\rOBR|1||F7|2339-0^Glucose^LN|||202611250800\rOBX|1|NM|2339-0^^LN||99|mg/dL|||||F";

}  // namespace

TEST_CASE("a monitor's message is read with persons, places, times and devices", "[result_message]") {
    const auto message = read(sample::nibp);
    CHECK(message.trigger == "R01");
    CHECK(message.mode == model::Mode::production);
    CHECK(message.sending_universal == "080019FFFE3ED02D");
    REQUIRE(message.equipment.size() == 1);
    CHECK(message.equipment[0].entity == "080019FFFE3ED02D172.16.172.135");
    CHECK_FALSE(message.equipment[0].of_device);
    REQUIRE(message.groups.size() == 1);
    const auto& group = message.groups.front();
    REQUIRE(group.identifiers.size() == 1);
    CHECK(group.identifiers[0] == model::PatientIdentifier{"12345", "KIS", "MR"});
    CHECK(group.place == model::Location{"COLWELL", "", "SOLAR"});
    REQUIRE(group.orders.size() == 1);
    CHECK(group.orders[0].filler == "F1");
    CHECK(group.orders[0].placer == "P1");
    const auto& rows = group.orders[0].rows;
    REQUIRE(rows.size() == 3);
    CHECK(rows[0].place == std::vector<std::uint32_t>{1, 0, 0, 0});
    CHECK(rows[0].value.empty());
    CHECK(rows[1].number == 2);
    CHECK(rows[1].code.first.code == "150021");
    CHECK(rows[1].code.first.system == "MDC");
    CHECK(rows[1].value == std::vector<std::string>{"111"});
    CHECK(rows[1].unit.first.code == "mm[Hg]");
    CHECK(rows[1].status == "R");
    // OBX-14 states no zone, OBR-7 does: the monitor says the same moment twice.
    CHECK(rows[1].time->utc == utc("2011-06-02T04:58:42Z"));
    CHECK(rows[2].time->utc == utc("2011-06-02T04:58:42Z"));
}

TEST_CASE("a zone that is configured for the sender holds against MSH-7", "[result_message]") {
    auto reading = sample::reading();
    reading.zone_holds = true;
    const auto message = read_results(sample::nibp, reading);
    REQUIRE(message);
    CHECK(message->groups.front().orders.front().rows[1].time->utc == utc("2011-06-02T04:58:42+02:00"));
    CHECK(message->time->utc == utc("2011-06-02T05:00:00Z"));
}

TEST_CASE("an identifier counts when its authority is known and it names a person", "[result_message]") {
    const auto group_with = [](std::string_view pid3) {
        return read(replaced(sample::nibp, "12345^^^KIS^MR", pid3)).groups.front();
    };
    CHECK(group_with("1^^^MPI&2.16.840.1&ISO^MR").identifiers[0].authority == "MPI");
    CHECK(group_with("1^^^Other&1.2.276.0.76.3.1.999&ISO").identifiers[0].authority == "KIS");
    CHECK(group_with("1^^^KIS&9.9.9&ISO^MR").identifiers.empty());
    CHECK(group_with("1^^^KIS&33D1234567&L^MR").identifiers[0].authority == "KIS");
    CHECK(group_with("1").identifiers[0].authority == "KIS");
    const auto visit = group_with("77^^^KIS^VN~88^^^KIS^AN");
    CHECK(visit.identifiers.empty());
    CHECK_FALSE(visit.others);
    const auto other = group_with("1^^^ELSEWHERE^MR");
    CHECK(other.identifiers.empty());
    CHECK(other.others);
    CHECK_FALSE(group_with("").others);
}

TEST_CASE("a time comes from the row, its order or its specimen and from nowhere else", "[result_message]") {
    const auto row_of = [](std::string_view obr7, std::string_view obx14, std::string_view spm17) {
        const auto message = read(laboratory(
            "ORU^R01", "OBR|1||F||||" + std::string(obr7) + "\rOBX|1|NM|1^^L||1|g|||||F|||" +
                           std::string(obx14) + "\rSPM|1|||BLD|||||||P||||||" + std::string(spm17)));
        return message.groups.front().orders.front().rows.front();
    };
    CHECK(row_of("202611250800", "202611250700", "202611250600").time->utc ==
          utc("2026-11-25T07:00:00+01:00"));
    CHECK(row_of("202611250800", "", "202611250600").time->utc == utc("2026-11-25T08:00:00+01:00"));
    CHECK(row_of("", "", "202611250600+0000").time->utc == utc("2026-11-25T06:00:00Z"));
    CHECK_FALSE(row_of("", "", "").time);
    CHECK(row_of("", "", "").timeless);
    // What is stated and is no time is not passed over.
    CHECK_FALSE(row_of("202611250800", "20261125", "202611250600").time);
    CHECK_FALSE(row_of("202611250800", "20261125", "").timeless);
}

TEST_CASE("line feeds, a byte order mark and a false character set do not matter", "[result_message]") {
    std::string odd = "\xEF\xBB\xBF" + std::string(sample::nibp);
    std::replace(odd.begin(), odd.end(), '\r', '\n');
    CHECK(read(odd).groups.front().orders.front().rows.size() == 3);
    const auto unit = [](std::string_view charset, std::string_view octets) {
        auto text = replaced(sample::nibp, "UNICODE UTF-8", charset);
        return read(replaced(text, "{beat}/min^", std::string(octets) + "^"))
            .groups[0]
            .orders[0]
            .rows[2]
            .unit.first.code;
    };
    CHECK(unit("8859/1", "\xC2\xB5g/dL") == "\xC2\xB5g/dL");  // UTF-8 under the name of Latin-1
    CHECK(unit("UNICODE UTF-8", "\xB5g/dL") == "\xC2\xB5g/dL");
}

TEST_CASE("a message that is none of results is refused with its place", "[result_message]") {
    CHECK(fault_of("") == "100 MSH-0");
    CHECK(fault_of("OBX|4|NM|150033") == "100 MSH-0");
    CHECK(fault_of(replaced(sample::nibp, "ORU^R01^ORU_R01", "ADT^A01")) == "200 MSH-9");
    CHECK(fault_of(replaced(sample::nibp, "ORU^R01^ORU_R01", "ACK^R01")) == "200 MSH-9");
    CHECK(fault_of(replaced(sample::nibp, "ORU^R01^ORU_R01", "")) == "101 MSH-9");
    CHECK(fault_of(replaced(sample::nibp, "ORU^R01^ORU_R01", "ORU^R40^ORU_R40")) == "201 MSH-9");
    CHECK(fault_of(replaced(sample::nibp, "ORU^R01^ORU_R01", "OUL^R23")) == "201 MSH-9");
    CHECK(fault_of(replaced(sample::nibp, "0104ef190d604db188c3", "")) == "101 MSH-10");
    CHECK(fault_of(replaced(sample::nibp, "|P|2.6|", "|X|2.6|")) == "202 MSH-11");
    CHECK(fault_of(replaced(sample::nibp, "|P|2.6|", "|P|3|")) == "203 MSH-12");
    CHECK(fault_of(replaced(sample::nibp, "OBR|1", "ZZZ|1")) == "100 OBR-0");
    CHECK(fault_of(replaced(sample::nibp, "ORU^R01^ORU_R01", "ORU")) == "none");
}

// HL7 v2.5.1 7.3.3: ORU^R30 places one new order.
TEST_CASE("a point-of-care result has exactly one new order", "[result_message]") {
    CHECK(fault_of(laboratory("ORU^R30^ORU_R30", one_order)) == "none");
    CHECK(fault_of(laboratory("ORU^R30^ORU_R30", "ORC|NW|P8\r" + one_order)) == "100 ORC-0");
    CHECK(fault_of(laboratory("ORU^R30^ORU_R30", one_order + "\rOBR|2")) == "100 OBR-0");
    CHECK(fault_of(laboratory("ORU^R30^ORU_R30", "OBR|1\rOBX|1")) == "100 ORC-0");
    CHECK(fault_of(laboratory("ORU^R30^ORU_R30", replaced(one_order, "NW", "RE"))) == "103 ORC-1");
    const auto numbers = order_numbers_of(laboratory("ORU^R30^ORU_R30", one_order));
    CHECK(numbers.placer == "P7");
    CHECK(numbers.filler == "F7");
    CHECK(read(laboratory("ORU^R30^ORU_R30", one_order)).groups[0].orders[0].placer == "P7");
}

TEST_CASE("by specimen the role of each tells controls from patients", "[result_message]") {
    const auto version = GENERATE("2.5.1", "2.6");
    const auto message =
        read(laboratory("OUL^R22^OUL_R22",
                        "PV1||I|ITS1^^B2\rSPM|1|S1||BLD|||||||P^Patient^HL70369||||||202611250600\r"
                        "SAC|||C1\rINV|R1|OK\rOBR|1||F1\rORC|OK\rOBX|1|NM|1^^L||1|g\r"
                        "SPM|2|S2||BLD|||||||Q\rOBX|2|NM|9^^L||9|g\rOBR|2||F2\rOBX|3|NM|1^^L||2|g",
                        version));
    // ORC stands behind its OBR here (HL7 v2.5.1 7.3.2), the row belongs to it all the same.
    const auto& orders = message.groups.front().orders;
    REQUIRE(orders.size() == 2);
    CHECK_FALSE(orders[0].control);
    REQUIRE(orders[0].rows.size() == 1);
    CHECK(orders[0].rows[0].time->utc == utc("2026-11-25T06:00:00+01:00"));
    CHECK(orders[1].control);
    REQUIRE(orders[1].rows.size() == 1);
    CHECK(message.outside == 1);
}

TEST_CASE("in ORU the specimen stands behind its order or before its rows", "[result_message]") {
    const auto behind = read(
        laboratory("ORU^R01",
                   "OBR|1||F1|||202611250800\rOBX|1|NM|1^^L||1|g\rSPM|1|||BLD|||||||Q\rOBX|2|NM|2^^L||2|g\r"
                   "OBR|2||F2|||202611250800\rOBX|3|NM|1^^L||3|g"));
    CHECK(behind.groups[0].orders[0].control);
    CHECK(behind.groups[0].orders[0].rows.size() == 1);
    CHECK_FALSE(behind.groups[0].orders[1].control);
    CHECK(behind.outside == 1);
    const auto before =
        read(laboratory("ORU^R01", "OBR|1||F1|||202611250800\rSPM|1|||BLD\rOBX|1|NM|1^^L||1|g"));
    CHECK(before.groups[0].orders[0].rows.size() == 1);
}

TEST_CASE("what stands before an order is no result", "[result_message]") {
    const auto message = read(laboratory(
        "ORU^R01", "OBX|1|NM|29463-7^^LN||80|kg\rORC|RE|P1|F1\rOBX|2|ED|1^^L\rOBR|1\rOBX|3|NM|2^^L||2|g"));
    CHECK(message.outside == 2);
    CHECK(message.groups[0].orders[0].filler == "F1");
    CHECK(message.groups[0].orders[0].rows.size() == 1);
}

TEST_CASE("equipment is told by OBX-18 and PRT-10", "[result_message]") {
    auto octets = replaced(sample::nibp, "1.0.0.0|||||||X", "1.0.0.0|||||||X|||||||0011^^0011FFFE^EUI-64");
    octets += "PRT|1|AD||EQUIP||||||AB^^ABCD^EUI-64~CD";
    const auto message = read(octets);
    REQUIRE(message.equipment.size() == 4);
    CHECK(message.equipment[0].universal == "0011FFFE");
    CHECK(message.equipment[0].of_device);
    CHECK(message.equipment[2].universal == "ABCD");
    CHECK(message.equipment[3].entity == "CD");
}

TEST_CASE("a place that is none is not taken", "[result_message]") {
    CHECK_FALSE(read(replaced(sample::nibp, "COLWELL", std::string(129, 'x'))).groups[0].place);
    CHECK_FALSE(read(replaced(sample::nibp, "COLWELL^^SOLAR", "^^")).groups[0].place);
}

TEST_CASE("persons in one message are told apart", "[result_message]") {
    const auto message = read(laboratory("ORU^R01", "OBR|1\rOBX|1\rPID|2||0815^^^KIS\rOBR|1\rOBX|2\rOBX|3"));
    REQUIRE(message.groups.size() == 2);
    CHECK(message.groups[0].identifiers[0].value == "4711");
    CHECK(message.groups[1].identifiers[0].value == "0815");
    CHECK(message.groups[1].orders[0].rows.size() == 2);
}

// The published messages, where they are: every one is read or refused, whatever stands in it.
TEST_CASE("every published message of results is read", "[result_message]") {
    const char* named = std::getenv("EDGEWARD_HL7_SAMPLES");
    if (named == nullptr) SKIP("EDGEWARD_HL7_SAMPLES names no folder");
    const std::filesystem::path folder = named;
    std::size_t files = 0;
    std::size_t with_results = 0;
    for (const auto* kind :
         {"ihe-pcd-01", "ihe-pcd-acm-draeger", "hl7v2-lab-elr", "hl7v2-microsoft-fhir-converter"}) {
        for (const auto& file : std::filesystem::directory_iterator(folder / kind)) {
            std::ifstream stream(file.path(), std::ios::binary);
            const std::string octets{std::istreambuf_iterator<char>(stream), {}};
            const auto message = read_results(octets, sample::reading());
            ++files;
            with_results += message ? 1 : 0;
        }
    }
    CHECK(files == 43);
    CHECK(with_results == 15);
}
