#include "inbound_decoder.hpp"

#include <catch2/catch_test_macros.hpp>

#include <edgeward/store/report_seal.hpp>

#include "bedside.hpp"

namespace edgeward::pipeline {
namespace {

constexpr std::size_t largest = 256;

struct Desk : Bedside {
    Result<store::Inbound> decode(const model::RawMessage& raw, const Catalogue& known = catalogue()) {
        return InboundDecoder(vault, technical_key, quarantine_key, largest).decode(raw, known);
    }
    // "quarantined no_mapping", "refused retained", "stored".
    std::string fate(const model::RawMessage& raw, const Catalogue& known = catalogue()) {
        const auto inbound = decode(raw, known);
        if (!inbound) return "error " + std::string(name_of(inbound.error().kind));
        if (const auto* kept = std::get_if<store::Quarantined>(&inbound->fate))
            return "quarantined " + kept->reason;
        if (const auto* refused = std::get_if<store::Refused>(&inbound->fate))
            return "refused " + refused->reason;
        return "stored";
    }
    store::SealedReport stored(const model::RawMessage& raw) {
        const auto inbound = decode(raw);
        REQUIRE(inbound);
        const auto* fate = std::get_if<store::Stored>(&inbound->fate);
        REQUIRE(fate != nullptr);
        REQUIRE(fate->reports.size() == 1);
        return fate->reports.front();
    }
    static Result<model::Report> open(const store::SealedReport& sealed, const crypto::SealingKey& key) {
        return store::open_report({1, sealed.subject, sealed.device, sealed.received, sealed.sealed, 0}, key);
    }
};

store::QuarantineEntry entry_of(const store::Inbound& inbound) {
    const auto& kept = std::get<store::Quarantined>(inbound.fate);
    return {1,           inbound.received,  inbound.device,     kept.reason,
            kept.detail, kept.sealed_topic, kept.sealed_payload};
}

const char* const no_patient = R"({"t":"2026-11-23T18:48:30Z","hr":62})";

}  // namespace

TEST_CASE("a message nobody may send or nobody can read waits for a person", "[inbound_decoder]") {
    Desk desk;
    CHECK(desk.fate(message(1, "{}", "devices/stranger/data")) == "quarantined unknown_device");
    CHECK(desk.fate(message(1, "{}", "other/monitor-1/data")) == "quarantined unknown_device");
    CHECK(desk.fate(beat(1), catalogue("lost")) == "quarantined no_mapping");
    auto elsewhere = catalogue();
    elsewhere.authorities = {"LIS"};
    CHECK(desk.fate(beat(1), elsewhere) == "quarantined unknown_authority");
    CHECK(*desk.real_vault->count_persons() == 0);
    CHECK(desk.fate(message(1, "{")) == "quarantined invalid_json");
    CHECK(desk.fate(message(1, R"({"t":"yesterday","p":"4711","hr":62})")) == "quarantined bad_timestamp");
}

TEST_CASE("a message of no use is refused whatever it says", "[inbound_decoder]") {
    Desk desk;
    auto kept_copy = beat(1);
    kept_copy.retained = true;
    CHECK(desk.fate(kept_copy) == "refused retained");
    CHECK(desk.fate(message(1, std::string(largest, 'x'))) == "quarantined invalid_json");
    CHECK(desk.fate(message(1, std::string(largest + 1, 'x'))) == "refused oversized");

    auto too_large_to_read = message(1, "");
    too_large_to_read.withheld = 5 << 20U;
    CHECK(desk.fate(too_large_to_read) == "refused oversized");
    CHECK(desk.decode(too_large_to_read)->device == "monitor-1");
    too_large_to_read.topic = "devices/stranger/data";
    CHECK(desk.fate(too_large_to_read) == "refused oversized");
    CHECK(desk.decode(too_large_to_read)->device.empty());

    const auto inbound = desk.decode(message(1, R"({"t":"2026-11-23T18:48:30Z","p":"4711","hr":0})"));
    REQUIRE(inbound);
    const auto* refused = std::get_if<store::Refused>(&inbound->fate);
    REQUIRE(refused != nullptr);
    CHECK(refused->reason == "nothing_measured");
    REQUIRE(refused->refused_values.size() == 1);
    CHECK(refused->refused_values.front().first == "off");
    CHECK(inbound->unlisted == 0);
    CHECK(
        desk.decode(message(2, R"({"t":"2026-11-23T18:48:30Z","p":"4711","hr":60,"name":"x"})"))->unlisted ==
        1);
}

TEST_CASE("without a patient in the message the association decides whose it is", "[inbound_decoder]") {
    Desk desk;
    CHECK(desk.fate(message(1, no_patient)) == "quarantined no_association");
    desk.associate("4711");
    const auto sealed = desk.stored(message(2, no_patient));
    const auto subject = desk.real_vault->subject_of({"4711", "KIS", "MR"});
    REQUIRE(subject);
    REQUIRE(sealed.subject);
    CHECK(*sealed.subject == subject->pseudonym);
}

TEST_CASE("a device fixed to its bed measures who lies there", "[inbound_decoder]") {
    Desk desk;
    vault::Movement arrival;
    arrival.kind = vault::MovementKind::arrival;
    arrival.patient.identifiers = {{"4711", "KIS", "MR"}};
    arrival.bed = "ICU^1^07";
    arrival.happened = arrival.recorded = noon;
    REQUIRE(desk.real_vault->move({"KIS", "A01 kis", "f", {arrival}}, "sender:kis"));
    CHECK(desk.fate(message(1, no_patient)) == "quarantined no_association");
    auto fixed = catalogue();
    auto device = device_of("monitor-1", "flat");
    device.at_bed = true;
    fixed.devices = device::DeviceRegistry({device});
    CHECK(desk.fate(message(2, no_patient), fixed) == "stored");
}

TEST_CASE("a person may say whose a message is that names nobody", "[inbound_decoder]") {
    Desk desk;
    const InboundDecoder decoder(desk.vault, desk.technical_key, desk.quarantine_key, largest);
    const auto subject_in = [&](const model::RawMessage& raw) {
        const auto inbound = decoder.decode(raw, catalogue(), model::PatientIdentifier{"8", "KIS", "MR"});
        return std::get<store::Stored>(inbound.value().fate).reports.front().subject;
    };
    CHECK(subject_in(message(1, no_patient)) == desk.real_vault->subject_of({"8", "KIS", "MR"})->pseudonym);
    CHECK(subject_in(beat(2)) == desk.real_vault->subject_of({"4711", "KIS", "MR"})->pseudonym);
}

TEST_CASE("two persons at one device are for a person to tell apart", "[inbound_decoder]") {
    Desk desk;
    // The vault opens no second association of a time; a database mended by hand could hold one.
    desk.vault.fail_with(Error{ErrorKind::invalid_input, "the device is associated with two persons"});
    CHECK(desk.fate(message(1, no_patient)) == "quarantined ambiguous_association");
}

TEST_CASE("a stored measurement names the pseudonym and opens with the person's key only",
          "[inbound_decoder]") {
    Desk desk;
    const auto inbound = desk.decode(beat(7));
    REQUIRE(inbound);
    CHECK(inbound->ticket == 7);
    CHECK(inbound->device == "monitor-1");
    CHECK(inbound->received == noon);
    const auto sealed = desk.stored(beat(7));
    const auto subject = desk.real_vault->subject_of({"4711", "KIS", "MR"});
    REQUIRE(subject);
    REQUIRE(sealed.subject);
    CHECK(*sealed.subject == subject->pseudonym);
    CHECK(sealed.effective == noon + std::chrono::seconds(7));
    CHECK(sealed.observations.size() == 1);
    CHECK_FALSE(Desk::open(sealed, desk.technical_key));
    const auto report = Desk::open(sealed, *subject->data_key);
    REQUIRE(report);
    REQUIRE(report->observations.size() == 1);
    CHECK(report->observations.front().code.loinc == "8867-4");
    CHECK(report->location.bed == "07");
}

TEST_CASE("what a device says of itself belongs to nobody", "[inbound_decoder]") {
    Desk desk;
    const auto sealed = desk.stored(message(1, R"({"t":"2026-11-23T18:48:30Z","battery":84})"));
    CHECK_FALSE(sealed.subject);
    const auto report = Desk::open(sealed, desk.technical_key);
    REQUIRE(report);
    REQUIRE(report->observations.size() == 1);
    CHECK(report->observations.front().code.local_code == "battery");
    CHECK(*desk.real_vault->count_persons() == 0);
}

TEST_CASE("a quarantined message opens again only with the key", "[inbound_decoder]") {
    Desk desk;
    const auto inbound = desk.decode(message(3, "very private", "devices/stranger/data"));
    REQUIRE(inbound);
    CHECK(inbound->device.empty());
    auto entry = entry_of(*inbound);
    const auto opened = open_quarantined(entry, desk.quarantine_key);
    REQUIRE(opened);
    CHECK(opened->topic == "devices/stranger/data");
    CHECK(text_of(opened->payload) == "very private");
    const auto elsewhere = open_quarantined(entry, desk.technical_key);
    REQUIRE_FALSE(elsewhere);
    CHECK(elsewhere.error().kind == ErrorKind::corrupt);
    // Topic and payload are not to be exchanged.
    std::swap(entry.sealed_topic, entry.sealed_payload);
    CHECK_FALSE(open_quarantined(entry, desk.quarantine_key));
}

TEST_CASE("a vault in trouble is no fate", "[inbound_decoder]") {
    Desk desk;
    for (const auto kind : {ErrorKind::unavailable, ErrorKind::exhausted, ErrorKind::corrupt}) {
        desk.vault.fail_with(Error{kind, "injected"});
        CHECK(desk.fate(beat(1)) == "error " + std::string(name_of(kind)));
        CHECK(desk.fate(message(1, no_patient)) == "error " + std::string(name_of(kind)));
    }
    desk.vault.fail_with({});
    CHECK(desk.fate(beat(1)) == "stored");
}

TEST_CASE("the reason for quarantine is a word even when the vault refuses the identifier",
          "[inbound_decoder]") {
    Desk desk;
    desk.vault.fail_with(Error{ErrorKind::invalid_input, "an identifier needs a value and an authority"});
    CHECK(desk.fate(beat(1)) == "quarantined bad_patient");
}

}  // namespace edgeward::pipeline
