#include "visit_table.hpp"

#include <catch2/catch_test_macros.hpp>

#include "fixture.hpp"

namespace edgeward::vault {
namespace {

crypto::Digest number(std::uint8_t octet) {
    crypto::Digest digest{};
    digest.fill(octet);
    return digest;
}

struct Visits : OpenTables {
    PersonTable persons = PersonTable::prepare(database, keys).value();
    VisitTable table = VisitTable::prepare(database).value();
    std::int64_t person = persons.add(person_with({identifier("1")}), at(0)).value().id;
};

TEST_CASE("a visit is found by its number and by its account", "[visit_table]") {
    Visits open;
    const auto visit = open.table.add(open.person, number(1)).value();
    CHECK(open.table.find(number(1)).value()->id == visit.id);
    CHECK_FALSE(open.table.find(number(2)).value());
    CHECK_FALSE(open.table.find_unnumbered(open.person).value());
    REQUIRE(open.table.set_account(visit.id, number(9)));
    REQUIRE(open.table.of_account(number(9)).value().size() == 1);
    REQUIRE(open.table.renumber(visit.id, number(2)));
    CHECK(open.table.find(number(2)).value()->person == open.person);
    CHECK_FALSE(open.table.add(open.person, number(2)));
    CHECK(open.table.of_person(open.person).value() == std::vector{visit.id});
}

TEST_CASE("a movement that was cancelled counts no more", "[visit_table]") {
    Visits open;
    const auto visit = open.table.add(open.person, std::nullopt).value();
    using enum MovementKind;
    REQUIRE(open.table.add_movement({0, visit.id, transfer, "B", at(10), at(11), false}, number(5)));
    REQUIRE(open.table.add_movement({0, visit.id, arrival, "A", at(0), at(1), false}, std::nullopt));
    REQUIRE(open.table.movements(visit.id).value().size() == 2);
    CHECK(open.table.movements(visit.id).value().front().bed == "A");
    CHECK(open.table.has_same({0, visit.id, arrival, "A", at(0), at(99), false}).value());
    CHECK_FALSE(open.table.has_same({0, visit.id, arrival, "B", at(0), at(1), false}).value());
    auto row = *open.table.find_movement(number(5)).value();
    CHECK(row.bed == "B");
    CHECK(open.table.newest(visit.id, transfer).value()->id == row.id);
    row.cancelled = true;
    REQUIRE(open.table.change_movement(row));
    CHECK(open.table.movements(visit.id).value().size() == 1);
    CHECK_FALSE(open.table.newest(visit.id, transfer).value());
}

TEST_CASE("a cancelled visit takes what was recorded until then with it", "[visit_table]") {
    Visits open;
    const auto visit = open.table.add(open.person, number(1)).value();
    using enum MovementKind;
    REQUIRE(open.table.add_movement({0, visit.id, arrival, "A", at(0), at(1), false}, std::nullopt));
    REQUIRE(open.table.add_movement({0, visit.id, arrival, "B", at(0), at(9), false}, std::nullopt));
    CHECK(open.table.cancel_all(visit.id, at(5)).value() == 1);
    REQUIRE(open.table.movements(visit.id).value().size() == 1);
    CHECK(open.table.movements(visit.id).value().front().bed == "B");
    CHECK(open.table.find(number(1)).value()->cancelled == at(5));
}

TEST_CASE("a message is remembered for its time", "[visit_table]") {
    Visits open;
    REQUIRE(open.table.remember_message(number(1), at(0), at(-10)));
    CHECK(open.table.knows_message(number(1)).value());
    CHECK_FALSE(open.table.knows_message(number(2)).value());
    REQUIRE(open.table.remember_message(number(2), at(20), at(10)));
    CHECK_FALSE(open.table.knows_message(number(1)).value());
    CHECK(open.table.knows_message(number(2)).value());
}

}  // namespace
}  // namespace edgeward::vault
