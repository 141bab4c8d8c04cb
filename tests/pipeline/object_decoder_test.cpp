#include <catch2/catch_test_macros.hpp>

#include <edgeward/dicom/arrival.hpp>
#include <edgeward/store/report_seal.hpp>

#include "bedside.hpp"
#include "inbound_decoder.hpp"

namespace edgeward::pipeline {
namespace {

Catalogue objects_catalogue() {
    Catalogue made;
    made.devices = device::DeviceRegistry({device_of("monitor-1", "dicom")});
    made.zone = "Europe/Berlin";
    made.authorities = {"KIS"};
    made.designators = {{"KIS", {"KIS", "1.2.276.0.76.3.1.999", "ISO"}}};
    made.object_senders = {{"ct", {"ct", "monitor-1", "KIS"}}};
    return made;
}

dicom::Arrival arrival_of(std::string patient) {
    dicom::Arrival arrival;
    arrival.object.name.fill(9);
    arrival.object.octets = 1000;
    arrival.object.sop_class = "1.2.840.10008.5.1.4.1.1.2";
    arrival.object.sop_instance = "1.2.3";
    arrival.modality = "CT";
    arrival.patient_id = std::move(patient);
    arrival.time = "20240701120000";
    return arrival;
}

struct Desk : Bedside {
    Result<store::Inbound> decode(const dicom::Arrival& arrival, std::string_view sender = "ct") {
        model::RawMessage raw;
        raw.source = model::Source::dicom;
        raw.topic = model::topic_of_modality(sender);
        raw.payload = dicom::encode_arrival(arrival);
        return InboundDecoder(vault, technical_key, quarantine_key, 4096).decode(raw, objects_catalogue());
    }
    std::string held(const dicom::Arrival& arrival, std::string_view sender = "ct") {
        const auto inbound = decode(arrival, sender);
        REQUIRE(inbound);
        const auto* kept = std::get_if<store::Quarantined>(&inbound->fate);
        if (kept == nullptr) return "stored";
        REQUIRE(kept->file);  // the file stays with the message
        CHECK(kept->file->octets == 1000);
        return kept->reason;
    }
};

}  // namespace

TEST_CASE("an object is stored under its person with the file it lies in", "[object_decoder]") {
    Desk desk;
    const auto inbound = desk.decode(arrival_of("4711"));
    REQUIRE(inbound);
    const auto& stored = std::get<store::Stored>(inbound->fate);
    REQUIRE(stored.reports.size() == 1);
    CHECK(stored.reports[0].file->name == arrival_of("").object.name);
    CHECK(stored.reports[0].file->instance == store::object_key("ct", arrival_of("").object.sop_instance));
    CHECK(stored.reports[0].file->sop_class == arrival_of("").object.sop_class);
    CHECK(to_rfc3339(stored.reports[0].effective) == "2024-07-01T10:00:00.000Z");
    // The same again has the same id, another content another one.
    const auto again = desk.decode(arrival_of("4711"));
    CHECK(std::get<store::Stored>(again->fate).reports[0].observations == stored.reports[0].observations);
    auto changed = arrival_of("4711");
    changed.content.fill(1);
    const auto other = desk.decode(changed);
    CHECK(std::get<store::Stored>(other->fate).reports[0].observations != stored.reports[0].observations);
}

TEST_CASE("an issuer is known by name or OID and an unknown one is nobody's", "[object_decoder]") {
    Desk desk;
    auto arrival = arrival_of("4711");
    arrival.issuer = "KIS";
    CHECK(desk.held(arrival) == "stored");
    arrival.issuer = "1.2.276.0.76.3.1.999";
    CHECK(desk.held(arrival) == "stored");
    arrival.issuer = "ELSEWHERE";
    CHECK(desk.held(arrival) == "unknown_authority");
    CHECK(desk.held(arrival_of("")) == "unknown_authority");
    CHECK(desk.held(arrival_of("4711"), "gone") == "unknown_device");
}

}  // namespace edgeward::pipeline
