#include <catch2/catch_test_macros.hpp>

#include <edgeward/store/report_seal.hpp>

#include "bedside.hpp"
#include "hl7/result_sample.hpp"
#include "inbound_decoder.hpp"

namespace edgeward::pipeline {
namespace {

using hl7::sample::nibp;
using hl7::sample::replaced;

constexpr std::size_t largest = 4096;

// The monitor of the published message, read by the code table, and the sender it comes from.
Catalogue results_catalogue() {
    auto loaded = mapping::parse_mapping(
        "[mapping]\nname = \"pcd\"\nformat = \"hl7\"\n[hl7]\nknown_codes = [\"MDC\", \"LN\"]\n", "pcd.toml");
    REQUIRE(loaded.problems.empty());
    Catalogue made;
    auto monitor = device_of("monitor-1", "pcd");
    monitor.eui64 = "080019FFFE3ED02D";
    made.devices = device::DeviceRegistry({monitor});
    made.mappings = std::move(loaded.set);
    made.zone = "UTC";
    made.authorities = {"KIS"};
    made.result_senders = {{"gw", {"gw", "", "KIS", ""}}};
    made.designators = {{"KIS", {"KIS", "1.2.276.0.76.3.1.999", "ISO"}}};
    return made;
}

model::RawMessage results(std::string_view octets, std::string_view sender = "gw") {
    auto raw = message(1, octets, model::topic_of_sender(sender));
    raw.source = model::Source::hl7;
    return raw;
}

struct Desk : Bedside {
    Result<store::Inbound> decode(const model::RawMessage& raw, const Catalogue& known) {
        return InboundDecoder(vault, technical_key, quarantine_key, largest).decode(raw, known);
    }
    std::string fate(const model::RawMessage& raw, const Catalogue& known = results_catalogue()) {
        const auto inbound = decode(raw, known);
        if (!inbound) return "error " + std::string(name_of(inbound.error().kind));
        if (const auto* kept = std::get_if<store::Quarantined>(&inbound->fate)) return "held " + kept->reason;
        if (const auto* refused = std::get_if<store::Refused>(&inbound->fate))
            return "refused " + refused->reason;
        return "stored";
    }
    // What is stored of the person of the published message.
    model::Report report(const Catalogue& known) {
        const auto inbound = decode(results(nibp), known);
        REQUIRE(inbound);
        const auto* stored = std::get_if<store::Stored>(&inbound->fate);
        REQUIRE(stored != nullptr);
        const auto subject = real_vault->subject_of({"12345", "KIS", "MR"});
        REQUIRE(subject);
        const auto& sealed = stored->reports.at(0);
        auto opened = store::open_report(
            {1, sealed.subject, sealed.device, sealed.received, sealed.sealed, 0}, *subject->data_key);
        REQUIRE(opened);
        return *std::move(opened);
    }
};

}  // namespace

TEST_CASE("results are stored under the person they name", "[result_decoder]") {
    Desk desk;
    const auto inbound = desk.decode(results(nibp), results_catalogue());
    REQUIRE(inbound);
    CHECK(inbound->device == "monitor-1");
    CHECK(inbound->measured == parse_rfc3339("2011-06-02T05:00:00Z")->utc);  // MSH-7: the sender's clock
    const auto* stored = std::get_if<store::Stored>(&inbound->fate);
    REQUIRE(stored != nullptr);
    REQUIRE(stored->reports.size() == 1);
    const auto subject = desk.real_vault->subject_of({"12345", "KIS", "MR"});
    REQUIRE(subject);
    CHECK(stored->reports[0].subject == subject->pseudonym);
    const auto& sealed = stored->reports[0];
    const auto report = store::open_report(
        {1, sealed.subject, sealed.device, sealed.received, sealed.sealed, 0}, *subject->data_key);
    REQUIRE(report);
    CHECK(report->location == model::Location{"COLWELL", "", "SOLAR"});  // PV1-3, not where the device stands
    CHECK_FALSE(report->by_place);
    CHECK(report->observations.size() == 2);
}

// Of the published message MSH-7 has +0000, the OBX-14 of its first value no zone.
TEST_CASE("the zone of MSH-7 counts unless one is configured for the sender", "[result_decoder]") {
    auto known = results_catalogue();
    known.zone = "Europe/Berlin";
    CHECK(Desk().report(known).observations.at(0).effective.utc ==
          parse_rfc3339("2011-06-02T04:58:42Z")->utc);
    known.result_senders = {{"gw", {"gw", "", "KIS", "Europe/Berlin"}}};
    CHECK(Desk().report(known).observations.at(0).effective.utc ==
          parse_rfc3339("2011-06-02T04:58:42+02:00")->utc);
}

TEST_CASE("the part of the device that measured is stored", "[result_decoder]") {
    const auto report = Desk().report(results_catalogue());
    CHECK(report.observations.at(0).part == model::Part{16, 1});
    CHECK(report.parts.empty());  // it names none of its parts
}

TEST_CASE("results nobody can be told for wait", "[result_decoder]") {
    Desk desk;
    auto known = results_catalogue();
    CHECK(desk.fate(results(replaced(nibp, "12345^^^KIS^MR", "1^^^ELSEWHERE^MR"))) ==
          "held unknown_authority");
    CHECK(desk.fate(results(replaced(nibp, "12345^^^KIS^MR", ""))) == "held no_association");
    CHECK(desk.fate(results(nibp, "gone")) == "held unknown_device");
    known.devices = device::DeviceRegistry({device_of("monitor-1", "pcd")});
    CHECK(desk.fate(results(nibp), known) == "held unknown_device");
    known = results_catalogue();
    auto monitor = device_of("monitor-1", "lost");
    monitor.eui64 = "080019FFFE3ED02D";
    known.devices = device::DeviceRegistry({monitor});
    CHECK(desk.fate(results(nibp), known) == "held no_mapping");
    monitor.mapping = "flat";
    known.devices = device::DeviceRegistry({monitor});
    known.mappings = catalogue().mappings;
    CHECK(desk.fate(results(nibp), known) == "held wrong_format");
    CHECK(*desk.real_vault->count_persons() == 0);
}

TEST_CASE("a person said to lie elsewhere is not who lies at the device's bed", "[result_decoder]") {
    Desk desk;
    auto known = results_catalogue();
    auto monitor = device_of("monitor-1", "pcd");
    monitor.eui64 = "080019FFFE3ED02D";
    monitor.at_bed = true;
    known.devices = device::DeviceRegistry({monitor});
    const auto nobody = replaced(nibp, "12345^^^KIS^MR", "");
    CHECK(desk.fate(results(nobody), known) == "held place_mismatch");
    CHECK(desk.fate(results(replaced(nobody, "COLWELL^^SOLAR", "ICU^1^07")), known) == "held no_association");
    CHECK(desk.fate(results(nibp), known) == "stored");
}

TEST_CASE("what is no message of results is refused", "[result_decoder]") {
    Desk desk;
    CHECK(desk.fate(results("OBX|1")) == "refused malformed_message");
    CHECK(desk.fate(results(replaced(nibp, "ORU^R01^ORU_R01", "ORU^R40^ORU_R40"))) ==
          "refused unsupported_message");
    CHECK(desk.fate(results(std::string(largest + 1, 'x'))) == "refused oversized");
    auto empty = std::string(nibp.substr(0, nibp.find("OBX")));
    CHECK(desk.fate(results(empty)) == "refused nothing_measured");
}

TEST_CASE("a held message of results is read as one when it is looked at again", "[result_decoder]") {
    Desk desk;
    const auto nobody = replaced(nibp, "12345^^^KIS^MR", "");
    const auto held = desk.decode(results(nobody), results_catalogue());
    REQUIRE(held);
    const auto& kept = std::get<store::Quarantined>(held->fate);
    const store::QuarantineEntry entry{1,           held->received,    held->device,       kept.reason,
                                       kept.detail, kept.sealed_topic, kept.sealed_payload};
    const auto opened = open_quarantined(entry, desk.quarantine_key);
    REQUIRE(opened);
    CHECK(model::sender_of_topic(opened->topic) == "gw");
    desk.associate("4711", parse_rfc3339("2011-06-02T00:00:00Z")->utc);
    CHECK(desk.fate(results(nobody)) == "stored");
}

}  // namespace edgeward::pipeline
