#include "restriction_table.hpp"

#include <set>

#include <catch2/catch_test_macros.hpp>

#include "fixture.hpp"

namespace edgeward::vault {
namespace {

using policy::Restriction;

struct Tables : OpenTables {
    PersonTable persons = PersonTable::prepare(database, keys).value();
    RestrictionTable restrictions = RestrictionTable::prepare(database).value();
    HoldTable holds = HoldTable::prepare(database).value();
    [[nodiscard]] Person add(std::string_view value) {
        return persons.add(person_with({identifier(value)}), at(0)).value();
    }
    [[nodiscard]] Restriction of(const Person& person) {
        return persons.find(person.subject.pseudonym).value()->subject.restriction;
    }
};

TEST_CASE("the furthest restriction in force counts until it is lifted", "[restriction_table]") {
    Tables tables;
    const auto person = tables.add("1");
    const auto other = tables.add("2");
    const auto& subject = person.subject.pseudonym;
    CHECK(tables.of(person) == Restriction::none);
    const auto first =
        tables.restrictions.set(subject, "objection", Restriction::secondary, "user:1", at(1)).value();
    CHECK(tables.of(person) == Restriction::secondary);
    const auto second =
        tables.restrictions.set(subject, "accuracy_contested", Restriction::all, "user:2", at(2)).value();
    CHECK(tables.of(person) == Restriction::all);
    CHECK(tables.persons.find(identifier("1")).value()->subject.restriction == Restriction::all);
    CHECK(tables.of(other) == Restriction::none);

    const auto lifted = tables.restrictions.lift(second, "user:3", at(3)).value();
    CHECK(lifted.reason == "accuracy_contested");
    CHECK(lifted.reach == Restriction::all);
    CHECK(lifted.subject == subject);
    CHECK(tables.of(person) == Restriction::secondary);
    CHECK_FALSE(tables.restrictions.lift(second, "user:3", at(4)));
    CHECK_FALSE(tables.restrictions.lift(77, "user:3", at(4)));

    const auto all = tables.restrictions.of(subject).value();
    REQUIRE(all.size() == 2);
    CHECK(all[0].id == first);
    CHECK(all[0].reason == "objection");
    CHECK(all[0].actor == "user:1");
    CHECK_FALSE(all[0].lifted);
    CHECK(all[1].lifted == at(3));
    CHECK(all[1].lifted_by == "user:3");
    CHECK(tables.restrictions.of(other.subject.pseudonym).value().empty());
}

TEST_CASE("a restriction is of everybody who was merged into one", "[restriction_table]") {
    Tables tables;
    const auto ended = tables.add("1");
    const auto survivor = tables.add("2");
    REQUIRE(tables.restrictions.set(ended.subject.pseudonym, "unlawful", Restriction::all, "user:1", at(0)));
    REQUIRE(tables.persons.merge(ended, survivor));
    CHECK(tables.of(ended) == Restriction::all);
    CHECK(tables.of(survivor) == Restriction::all);
    // Asked for by the pseudonym that ended, it is the survivor's too.
    const auto third = tables.add("3");
    REQUIRE(tables.persons.merge(third, survivor));
    CHECK(tables.of(third) == Restriction::all);
    REQUIRE(
        tables.restrictions.set(third.subject.pseudonym, "objection", Restriction::secondary, "u", at(0)));
    CHECK(tables.restrictions.of(survivor.subject.pseudonym).value().size() == 2);
}

TEST_CASE("data under a restriction or a legal hold is kept", "[restriction_table]") {
    Tables tables;
    const auto restricted = tables.add("1");
    const auto held = tables.add("2");
    const auto merged = tables.add("3");
    const auto free = tables.add("4");
    REQUIRE(tables.persons.merge(merged, held));
    CHECK(tables.restrictions.kept(at(0)).value().empty());
    const auto id = tables.restrictions
                        .set(restricted.subject.pseudonym, "legal_claims", Restriction::secondary, "u", at(0))
                        .value();
    REQUIRE(tables.holds.set(merged.id, "court_order", at(10), "u", at(0)));
    const auto kept = tables.restrictions.kept(at(5)).value();
    CHECK(std::set<model::Pseudonym>(kept.begin(), kept.end()) ==
          std::set{restricted.subject.pseudonym, held.subject.pseudonym, merged.subject.pseudonym});
    CHECK(tables.restrictions.kept(at(10)).value() == std::vector{restricted.subject.pseudonym});
    REQUIRE(tables.restrictions.lift(id, "u", at(11)));
    CHECK(tables.restrictions.kept(at(10)).value().empty());
    CHECK(tables.of(free) == Restriction::none);
}

TEST_CASE("restrictions go with their person and nobody unknown gets one", "[restriction_table]") {
    Tables tables;
    auto erasures = ErasureTable::prepare(tables.database).value();
    const auto person = tables.add("1");
    const auto subject = person.subject.pseudonym;
    REQUIRE(tables.restrictions.set(subject, "objection", Restriction::all, "u", at(0)));
    REQUIRE(erasures.remove(subject));
    CHECK(tables.restrictions.of(subject).value().empty());
    CHECK(tables.restrictions.set(subject, "objection", Restriction::all, "u", at(0)).error().kind ==
          ErrorKind::invalid_input);
}

}  // namespace
}  // namespace edgeward::vault
