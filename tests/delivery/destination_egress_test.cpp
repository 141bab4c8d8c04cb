// What is kept back between rendering and sending: src/delivery/destination_egress.cpp.

#include <catch2/catch_test_macros.hpp>

#include "destination_flow.hpp"
#include "ward.hpp"

using namespace edgeward;
using namespace edgeward::delivery;
using support::eventually;

namespace {

model::Identity canary() {
    model::Identity identity;
    identity.identifiers = {{"KANARIE-84651973", "KIS", "MR"}};
    identity.family = "Zwitscherling";
    identity.given = "Kanarilda";
    identity.birth_date = "1937-04-29";
    return identity;
}

// A coded value whose display names somebody, as a mapping's mistake would make it.
model::Observation state(std::string display) {
    model::Observation made = Ward::heart_rate("1");
    made.code = {0, {}, {}, {}, "Bed note", "urn:edgeward:note", "bed_note"};
    made.value = model::CodedValue{"urn:edgeward:notes", "n1", std::move(display)};
    made.category = model::Category::technical;
    return made;
}

DestinationSettings vendor() {
    auto settings = research("vendor");
    settings.purpose = model::Purpose::maintenance;
    settings.level = model::IdentityLevel::technical;
    settings.legal_basis = "none";
    return settings;
}

std::uint64_t records(Ward& ward, audit::Action action, const std::string& rule) {
    std::uint64_t count = 0;
    REQUIRE(ward.store.reader->export_audit(
        1, 1000,
        [&](const audit::Record& record) {
            if (record.event.action == action && (record.event.rule == rule || record.event.object == rule))
                count += record.event.count;
        },
        [](std::string_view) {}));
    return count;
}

bool says(Ward& ward, const std::string& line) {
    return ward.metrics.expose().find(line) != std::string::npos;
}

}  // namespace

TEST_CASE("a report that names a person becomes a dead letter and the others go on", "[destination_egress]") {
    Ward ward;
    REQUIRE(ward.vault->admit(canary(), "user:0"));
    FakePeer& peer = ward.peer("vendor");
    ward.peer("kis");
    ward.apply({vendor(), kis()});
    for (const char* display : {"Bed is free", "For Zwitscherling", "Bed is taken"})
        ward.store_report("4711", {state(display)});
    REQUIRE(ward.delivered("kis", 3));
    REQUIRE(ward.delivered("vendor", 2));
    REQUIRE(eventually([&] { return ward.book("vendor").dead == 1; }));
    for (const auto& message : peer.messages())
        CHECK(message.body.find("witscherling") == std::string::npos);
    const auto letters = ward.store.reader->dead_letters("vendor", 10);
    REQUIRE(letters->size() == 1);
    CHECK(letters->front().reason == "dlp_name");
    CHECK(says(ward, "edgeward_dlp_blocked_total{destination=\"vendor\",detector=\"name\"} 1"));
    CHECK(says(ward, "edgeward_dlp_blocked_total{destination=\"kis\",detector=\"name\"} 0"));
}

TEST_CASE("a blocked report of a bundle suffers alone", "[destination_egress]") {
    Ward ward;
    REQUIRE(ward.vault->admit(canary(), "user:0"));
    FakePeer& peer = ward.peer("vendor");
    peer.concurrency = 1;
    peer.reports_per_message = 50;
    auto settings = vendor();
    FhirForm form;
    form.bundle.device_system = "urn:test:device";
    settings.form = form;
    ward.apply({settings});
    for (int i = 0; i < 10; ++i)
        ward.store_report(std::to_string(i),
                          {state(i == 4 ? "KANARIE 8465 1973" : "note " + std::to_string(i))});
    REQUIRE(ward.delivered("vendor", 9));
    CHECK(eventually([&] { return ward.book("vendor").dead == 1; }));
    CHECK(ward.store.reader->dead_letters("vendor", 1)->front().reason == "dlp_identifier");
}

TEST_CASE("a blocked report is retried after the person is gone", "[destination_egress]") {
    Ward ward;
    const auto person = ward.vault->admit(canary(), "user:0");
    ward.peer("vendor");
    ward.apply({vendor()});
    ward.store_report("4711", {state("For Zwitscherling")});
    REQUIRE(eventually([&] { return ward.book("vendor").dead == 1; }));
    REQUIRE(ward.vault->erase(*person));
    REQUIRE(eventually([&] { return !ward.vault->dictionary().stale(); }));
    REQUIRE(ward.store.writer->run([](store::ObservationStore& store) -> Result<void> {
        const auto retried = store.retry("vendor", {}, "user:0");
        if (!retried) return failure(retried.error());
        return {};
    }));
    ward.service.claim_again("vendor");
    CHECK(ward.delivered("vendor", 1));
}

TEST_CASE("detectors that are off are in the audit log at every start", "[destination_egress]") {
    Ward ward;
    REQUIRE(ward.vault->admit(canary(), "user:0"));
    ward.peer("vendor");
    auto settings = vendor();
    settings.inspection.detectors.set(dlp::Detector::name, false);
    ward.apply({settings});
    CHECK(records(ward, audit::Action::egress_unguarded, "name") == 1);
    ward.store_report("4711", {state("For Zwitscherling")});
    CHECK(ward.delivered("vendor", 1));
}

TEST_CASE("a destination whose budget is used up pauses and goes on when it is resumed",
          "[destination_egress]") {
    Ward ward;
    FakePeer& peer = ward.peer("kis");
    auto settings = kis();
    settings.volume.messages_per_day = 3;
    ward.apply({settings});
    for (int i = 0; i < 8; ++i)
        ward.measure(std::to_string(i), std::to_string(60 + i));
    REQUIRE(ward.delivered("kis", 3));
    REQUIRE(
        eventually([&] { return records(ward, audit::Action::volume_exceeded, "messages_per_day") == 1; }));
    CHECK_FALSE(ward.service.status().front().answering);
    CHECK(ward.service.status().front().trouble == "volume budget messages_per_day is used up");
    CHECK(ward.book("kis").pending == 5);
    CHECK(says(ward, "edgeward_destination_volume_exceeded_total{destination=\"kis\"} 1"));
    ward.service.set_mode("kis", store::DestinationMode::running);
    REQUIRE(ward.delivered("kis", 6));
    ward.service.set_mode("kis", store::DestinationMode::running);
    REQUIRE(ward.delivered("kis", 8));
    CHECK(peer.count() == 8);
    CHECK(ward.book("kis").dead == 0);
}

TEST_CASE("the dictionary is filled when the first destination below identified asks for it",
          "[destination_egress]") {
    Ward ward;
    ward.peer("kis");
    FakePeer& peer = ward.peer("vendor");
    ward.apply({kis()});
    ward.measure("4711", "60");
    REQUIRE(ward.delivered("kis", 1));
    CHECK_FALSE(ward.vault->dictionary().complete());  // nobody asked for it
    ward.apply({kis(), vendor()});
    ward.store_report("4711", {state("Bed is free")});
    REQUIRE(ward.delivered("vendor", 1));
    CHECK(ward.vault->dictionary().complete());
    CHECK(peer.count() == 1);
}

// The vault's database is held: the fill cannot begin, and technical data of a person who is in the cache
// needs nothing else of it.
TEST_CASE("a destination below identified waits until the dictionary is complete", "[destination_egress]") {
    Ward ward;
    FakePeer& peer = ward.peer("vendor");
    ward.store_report("4711", {state("before any destination")});
    REQUIRE(ward.vault->while_unchanged([&]() -> Result<void> {
        ward.apply({vendor()});
        ward.store_report("4711", {state("Bed is free")});
        std::this_thread::sleep_for(std::chrono::milliseconds(300));
        CHECK(peer.count() == 0);
        CHECK_FALSE(ward.vault->dictionary().complete());
        return {};
    }));
    CHECK(ward.delivered("vendor", 1));
}
