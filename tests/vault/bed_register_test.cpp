#include <catch2/catch_test_macros.hpp>

#include "bedside.hpp"

namespace edgeward::vault {
namespace {

std::optional<model::Pseudonym> at_device(Bedside& ward, const char* device, int minute,
                                          const char* fixed_bed = "") {
    const auto subject = ward->subject_at(device, at(minute), fixed_bed);
    REQUIRE(subject);
    if (!*subject) return std::nullopt;
    return (*subject)->pseudonym;
}

TEST_CASE("a device is asked for by association and placement and fixed bed in this order",
          "[bed_register]") {
    Bedside ward;
    for (const char* number : {"1", "2", "3"}) {
        REQUIRE(ward.tell(ward.movement(MovementKind::arrival, number, std::string("bed") + number, 0,
                                        std::string("V") + number)));
    }
    const auto one = ward->subject_of(identifier("1")).value().pseudonym;
    const auto two = ward->subject_of(identifier("2")).value().pseudonym;
    const auto three = ward->subject_of(identifier("3")).value().pseudonym;
    CHECK_FALSE(at_device(ward, "m", 5));
    CHECK(at_device(ward, "m", 5, "bed1") == one);
    REQUIRE(ward->place({0, "m", "bed2", at(10), at(20)}, "user:1"));
    CHECK(at_device(ward, "m", 5, "bed1") == one);
    CHECK(at_device(ward, "m", 15, "bed1") == two);
    CHECK(at_device(ward, "m", 15) == two);
    CHECK(at_device(ward, "m", 20, "bed1") == one);
    REQUIRE(ward->associate({0, "m", identifier("3"), at(12), at(14)}, "user:1"));
    CHECK(at_device(ward, "m", 11, "bed1") == two);
    CHECK(at_device(ward, "m", 13, "bed1") == three);
    CHECK(at_device(ward, "m", 14, "bed1") == two);
    REQUIRE(ward->end_placement("m", at(16), "user:1"));
    CHECK(at_device(ward, "m", 17, "bed1") == one);
    REQUIRE(ward->placements("m").value().size() == 1);
    CHECK(ward->placements("m").value()[0].until == at(16));
}

TEST_CASE("what was remembered of a bed is forgotten with every change", "[bed_register]") {
    Bedside ward;
    REQUIRE(ward.tell(ward.movement(MovementKind::arrival, "1", "A", 0)));
    CHECK(ward.in("A", 50) == "1");
    REQUIRE(ward.tell(ward.movement(MovementKind::departure, "1", "", 40)));
    CHECK(ward.in("A", 50) == "-");
    CHECK(ward.in("A", 39) == "1");
}

TEST_CASE("a placement and its end leave a record without a person", "[bed_register]") {
    Bedside ward;
    REQUIRE(ward->place({0, "m", "A", at(0), std::nullopt}, "user:7"));
    const auto change = ward->unrecorded_change().value();
    REQUIRE(change);
    CHECK(change->event.object == "place m");
    CHECK(change->event.actor == "user:7");
    CHECK_FALSE(change->event.subject);
    REQUIRE(ward->change_recorded(change->name));
    REQUIRE(ward->end_placement("m", at(5), "user:7"));
    CHECK(ward->unrecorded_change().value()->event.object == "unplace m");
}

// The changes there are, as "device|bed from-until" in minutes, and none left.
std::vector<std::string> changes_of(Bedside& ward) {
    std::vector<std::string> told;
    for (auto change = ward->unexamined_change().value(); change;
         change = ward->unexamined_change().value()) {
        const auto minute = [](Instant when) {
            return std::to_string(std::chrono::duration_cast<std::chrono::minutes>(when - at(0)).count());
        };
        told.push_back(change->device + "|" + change->bed + " " + minute(change->from) + "-" +
                       (change->until ? minute(*change->until) : ""));
        REQUIRE(ward->change_examined(change->id));
    }
    return told;
}

TEST_CASE("every way of telling who is where says what it changes", "[bed_register]") {
    Bedside ward;
    using Told = std::vector<std::string>;
    REQUIRE(ward.tell(ward.movement(MovementKind::arrival, "1", "A", 0, "V1")));
    CHECK(changes_of(ward) == Told{"|A 0-"});
    REQUIRE(ward.tell(ward.movement(MovementKind::transfer, "1", "B", 40, "V1")));
    CHECK(changes_of(ward) == Told{"|A 40-", "|B 40-"});
    REQUIRE(ward->place({0, "m", "A", at(0), std::nullopt}, "user:1"));
    CHECK(changes_of(ward) == Told{"m| 0-"});
    REQUIRE(ward->end_placement("m", at(50), "user:1"));
    CHECK(changes_of(ward) == Told{"m| 50-"});
    REQUIRE(ward->associate({0, "m", identifier("2"), at(10), at(20)}, "user:1"));
    CHECK(changes_of(ward) == Told{"m| 10-20"});
    REQUIRE(ward->end_association("m", at(15), "user:1"));
    CHECK(changes_of(ward) == Told{"m| 15-20"});
    CHECK(ward->devices_at("A", at(0), at(10)).value() == Told{"m"});
    CHECK(ward->devices_at("A", at(50), std::nullopt).value().empty());
}

TEST_CASE("merged persons are one and others are not", "[bed_register]") {
    Bedside ward;
    const auto one = ward->subject_of(identifier("1")).value().pseudonym;
    const auto two = ward->subject_of(identifier("2")).value().pseudonym;
    const auto three = ward->subject_of(identifier("3")).value().pseudonym;
    CHECK(ward->same_person(one, one).value());
    CHECK_FALSE(ward->same_person(one, two).value());
    auto merge = ward.movement(MovementKind::merge, "1", "", 5);
    merge.merged = {identifier("2")};
    REQUIRE(ward.tell(std::move(merge)));
    CHECK(ward->same_person(one, two).value());
    CHECK(ward->same_person(two, one).value());
    CHECK_FALSE(ward->same_person(two, three).value());
}

TEST_CASE("stays are told for a bed and for a person", "[bed_register]") {
    Bedside ward;
    REQUIRE(ward.tell(ward.movement(MovementKind::arrival, "1", "A", 0)));
    REQUIRE(ward.tell(ward.movement(MovementKind::transfer, "1", "B", 10)));
    const auto in_bed = ward->stays_in("A", 10).value();
    REQUIRE(in_bed.size() == 1);
    CHECK(in_bed[0].patient.value == "1");
    CHECK(in_bed[0].until == at(10));
    const auto of_person = ward->stays_of(identifier("1"), 10).value();
    REQUIRE(of_person.size() == 2);
    CHECK(of_person[1].bed == "B");
    CHECK(ward->stays_of(identifier("nobody"), 10).value().empty());
}

TEST_CASE("erasing a person removes every trace of the beds", "[bed_register]") {
    Bedside ward;
    REQUIRE(ward.tell(ward.movement(MovementKind::arrival, "1", "A", 0)));
    REQUIRE(ward->erase(ward->subject_of(identifier("1")).value().pseudonym));
    CHECK(ward.in("A", 5) == "-");
    CHECK(ward->stays_in("A", 10).value().empty());
}

}  // namespace
}  // namespace edgeward::vault
