#include "hold_table.hpp"

#include <catch2/catch_test_macros.hpp>

#include "fixture.hpp"

namespace edgeward::vault {

TEST_CASE("a hold is in force until its end or its release", "[hold_table]") {
    OpenTables tables;
    auto persons = PersonTable::prepare(tables.database, tables.keys).value();
    auto holds = HoldTable::prepare(tables.database).value();
    const auto person = persons.add(person_with({identifier("1")}), at(0)).value();
    const auto subject = person.subject.pseudonym;
    const auto first = holds.set(person.id, "retention_duty", at(100), "user:1", at(0)).value();
    const auto second = holds.set(person.id, "court_order", std::nullopt, "user:2", at(1)).value();
    auto all = holds.of(subject).value();
    REQUIRE(all.size() == 2);
    CHECK(all[0].id == first);
    CHECK(all[0].reason == "retention_duty");
    CHECK(all[0].until == at(100));
    CHECK(all[0].in_force(at(99)));
    CHECK_FALSE(all[0].in_force(at(100)));
    CHECK(all[1].in_force(at(1'000'000)));

    const auto released = holds.release(second, "user:3", at(5)).value();
    CHECK(released.reason == "court_order");
    CHECK(released.subject == subject);
    CHECK_FALSE(holds.release(second, "user:3", at(6)));
    CHECK_FALSE(holds.release(77, "user:3", at(6)));
    all = holds.of(subject).value();
    CHECK_FALSE(all[1].in_force(at(2)));
    CHECK(all[1].released_by == "user:3");
}

TEST_CASE("holds go with their person", "[hold_table]") {
    OpenTables tables;
    auto persons = PersonTable::prepare(tables.database, tables.keys).value();
    auto holds = HoldTable::prepare(tables.database).value();
    auto erasures = ErasureTable::prepare(tables.database).value();
    const auto person = persons.add(person_with({identifier("1")}), at(0)).value();
    REQUIRE(holds.set(person.id, "legal_claims", std::nullopt, "user:1", at(0)));
    REQUIRE(erasures.remove(person.subject.pseudonym));
    CHECK(holds.of(person.subject.pseudonym).value().empty());
}

}  // namespace edgeward::vault
