#include <catch2/catch_test_macros.hpp>

#include "desk.hpp"

namespace edgeward::app {
namespace {

void admit_to(Desk& desk, const char* bed) {
    vault::Movement movement;
    movement.kind = vault::MovementKind::arrival;
    movement.patient.identifiers = {{"4711", "KIS", "PI"}};
    movement.bed = bed;
    movement.happened = parse_rfc3339("2026-11-23T18:00:00Z")->utc;
    movement.recorded = movement.happened;
    REQUIRE(desk.vault->move({"KIS", "A01 kis", "f", {movement}}, "sender:kis"));
}

}  // namespace

TEST_CASE("a device is placed at a bed and taken from it", "[control_beds]") {
    Desk desk;
    const auto placed = desk.ask("POST", {"v1", "placements"},
                                 R"({"device":"monitor-1","bed":"ICU^1^2","from":"2026-11-23T17:00:00Z"})");
    REQUIRE(placed.status == 200);
    CHECK(placed.body.at("placement") == 1);
    CHECK(desk.ask("POST", {"v1", "placements"},
                   R"({"device":"monitor-1","bed":"ICU^1^3","from":"2026-11-23T18:00:00Z"})")
              .status == 400);
    CHECK(desk.ask("POST", {"v1", "placements"},
                   R"({"device":"stranger","bed":"ICU^1^3","from":"2026-11-23T18:00:00Z"})")
              .status == 400);
    const auto ended = desk.ask("POST", {"v1", "placements", "end"},
                                R"({"device":"monitor-1","until":"2026-11-23T19:00:00Z"})");
    CHECK(ended.status == 200);
    const auto listed = desk.ask("GET", {"v1", "placements", "monitor-1"});
    REQUIRE(listed.body.at("placements").size() == 1);
    CHECK(listed.body.at("placements").at(0).at("bed") == "ICU^1^2");
    CHECK(listed.body.at("placements").at(0).at("until") == "2026-11-23T19:00:00.000Z");
    const auto records = desk.records(audit::Action::association_changed);
    REQUIRE(records.size() == 2);
    CHECK(records.front().object == "place monitor-1");
    CHECK(records.front().actor == "user:1000");
}

TEST_CASE("who was in a bed is told with a record", "[control_beds]") {
    Desk desk;
    admit_to(desk, "ICU^1^2");
    const auto in_bed = desk.ask("POST", {"v1", "stays"}, R"({"bed":"ICU^1^2"})");
    REQUIRE(in_bed.body.at("stays").size() == 1);
    CHECK(in_bed.body.at("stays").at(0).at("patient").at("value") == "4711");
    CHECK(in_bed.body.at("stays").at(0).at("until").is_null());
    const auto of_person =
        desk.ask("POST", {"v1", "stays"}, R"({"patient":{"value":"4711","authority":"KIS"}})");
    CHECK(of_person.body.at("stays").at(0).at("bed") == "ICU^1^2");
    CHECK(desk.records(audit::Action::association_listed).size() == 2);
    CHECK(desk.ask("POST", {"v1", "stays"}, "{}").status == 400);
    CHECK(desk.ask("POST", {"v1", "stays"}, R"({"bed":"a","patient":{"value":"4711","authority":"KIS"}})")
              .status == 400);
}

TEST_CASE("a person says whose a held message is", "[control_quarantine]") {
    Desk desk;
    desk.pipeline.replace(Desk::catalogue("flat"));
    desk.take_in(R"({"t":"2026-11-23T18:48:00Z","hr":62})");
    desk.take_in("{");
    const auto assigned = desk.ask("POST", {"v1", "quarantine", "1", "assign"},
                                   R"({"patient":{"value":"4711","authority":"KIS"}})");
    REQUIRE(assigned.status == 200);
    CHECK(assigned.body.at("replayed").at(0).at("outcome") == "stored");
    CHECK(desk.store.reader->inbound_book()->stored == 1);
    CHECK(desk.records(audit::Action::quarantine_replayed).at(0).actor == "user:1000");
    CHECK(desk.ask("POST", {"v1", "quarantine", "2", "assign"},
                   R"({"patient":{"value":"4711","authority":"KIS"}})")
              .status == 400);
    CHECK(desk.ask("POST", {"v1", "quarantine", "9", "assign"}, "{}").status == 400);
}

}  // namespace edgeward::app
