#include "stay_table.hpp"

#include <catch2/catch_test_macros.hpp>

#include "fixture.hpp"
#include "visit_table.hpp"

namespace edgeward::vault {
namespace {

using enum MovementKind;

BedSpan span(const char* bed, int from, std::optional<int> until = std::nullopt) {
    return {bed, at(from), until ? std::optional(at(*until)) : std::nullopt};
}

// The events' meanings for a bed are those of HL7 v2.6 3.3.1 to 3.3.13.
TEST_CASE("a day of a visit becomes its stays", "[stay_table]") {
    CHECK(stays_after({{arrival, "A", at(0)}, {transfer, "B", at(10)}, {departure, "", at(20)}}) ==
          std::vector{span("A", 0, 10), span("B", 10, 20)});
    CHECK(stays_after({{transfer, "B", at(10)}}) == std::vector{span("B", 10)});
    CHECK(stays_after({}).empty());
}

TEST_CASE("a transfer to the same bed changes nothing", "[stay_table]") {
    CHECK(stays_after({{arrival, "A", at(0)}, {transfer, "A", at(5)}, {transfer, "B", at(10)}}) ==
          std::vector{span("A", 0, 10), span("B", 10)});
}

TEST_CASE("after a departure only an arrival leads to a bed again", "[stay_table]") {
    CHECK(stays_after({{arrival, "A", at(0)}, {departure, "", at(5)}, {transfer, "B", at(6)}}) ==
          std::vector{span("A", 0, 5)});
    CHECK(stays_after({{arrival, "A", at(0)}, {departure, "", at(5)}, {arrival, "B", at(6)}}) ==
          std::vector{span("A", 0, 5), span("B", 6)});
}

TEST_CASE("a person without a bed is nowhere", "[stay_table]") {
    CHECK(stays_after({{arrival, "", at(0)}, {transfer, "A", at(5)}, {transfer, "", at(9)}}) ==
          std::vector{span("A", 5, 9)});
}

TEST_CASE("of two movements at one moment the later told one holds", "[stay_table]") {
    CHECK(stays_after({{arrival, "A", at(0)}, {arrival, "B", at(0)}}) == std::vector{span("B", 0)});
}

TEST_CASE("stays told anew differ where only one telling has the person", "[stay_table]") {
    const std::vector<BedSpan> none;
    CHECK(differences({span("A", 0, 10)}, {span("A", 0, 10)}).empty());
    CHECK(differences(none, {span("A", 5)}) == std::vector{span("A", 5)});
    // A discharge that is told late: only the time after it.
    CHECK(differences({span("A", 0)}, {span("A", 0, 60)}) == std::vector{span("A", 60)});
    // A transfer that is told late.
    CHECK(differences({span("A", 0)}, {span("A", 0, 60), span("B", 60)}) ==
          std::vector{span("A", 60), span("B", 60)});
    // A time that is corrected.
    CHECK(differences({span("A", 30, 90)}, {span("A", 0, 60)}) ==
          std::vector{span("A", 0, 30), span("A", 60, 90)});
    // Stays that meet are one.
    CHECK(differences({span("A", 0, 30), span("A", 30, 60)}, {span("A", 0, 60)}).empty());
}

struct Ward : OpenTables {
    PersonTable persons = PersonTable::prepare(database, keys).value();
    VisitTable visits = VisitTable::prepare(database).value();
    StayTable stays = StayTable::prepare(database).value();
    Person add(const char* value) { return persons.add(person_with({identifier(value)}), at(0)).value(); }
};

TEST_CASE("the bed's person is told with the longest span of that answer", "[stay_table]") {
    Ward ward;
    const auto one = ward.add("1");
    const auto two = ward.add("2");
    const auto first = ward.visits.add(one.id, std::nullopt).value();
    const auto second = ward.visits.add(two.id, std::nullopt).value();
    CHECK(ward.stays.replace(first.id, {span("A", 10, 20)}).value() == std::vector{span("A", 10, 20)});
    REQUIRE(ward.stays.replace(second.id, {span("A", 30)}));
    CHECK(ward.stays.replace(second.id, {span("A", 30)}).value().empty());
    CHECK(ward.stays.of_visit(second.id).value() == std::vector{span("A", 30)});

    const auto before = ward.stays.span_at("A", at(5)).value();
    CHECK_FALSE(before.subject);
    CHECK(before.until == at(10));
    const auto during = ward.stays.span_at("A", at(19)).value();
    CHECK(during.subject == one.subject.pseudonym);
    CHECK(during.from == at(10));
    CHECK(during.until == at(20));
    const auto between = ward.stays.span_at("A", at(20)).value();
    CHECK_FALSE(between.subject);
    CHECK(between.from == at(20));
    CHECK(between.until == at(30));
    CHECK(ward.stays.span_at("A", at(30)).value().subject == two.subject.pseudonym);
    CHECK_FALSE(ward.stays.span_at("B", at(15)).value().subject);
}

TEST_CASE("two persons in a bed are an error and bound the spans beside them", "[stay_table]") {
    Ward ward;
    const auto first = ward.visits.add(ward.add("1").id, std::nullopt).value();
    const auto second = ward.visits.add(ward.add("2").id, std::nullopt).value();
    REQUIRE(ward.stays.replace(first.id, {span("A", 0, 30)}));
    REQUIRE(ward.stays.replace(second.id, {span("A", 10, 20)}));
    const auto both = ward.stays.span_at("A", at(15));
    REQUIRE_FALSE(both);
    CHECK(both.error().kind == ErrorKind::invalid_input);
    CHECK(ward.stays.span_at("A", at(5)).value().until == at(10));
    CHECK(ward.stays.span_at("A", at(25)).value().from == at(20));
}

TEST_CASE("two visits of one person in a bed are that person", "[stay_table]") {
    Ward ward;
    const auto person = ward.add("1");
    const auto first = ward.visits.add(person.id, std::nullopt).value();
    const auto second = ward.visits.add(person.id, std::nullopt).value();
    REQUIRE(ward.stays.replace(first.id, {span("A", 0, 30)}));
    REQUIRE(ward.stays.replace(second.id, {span("A", 10)}));
    CHECK(ward.stays.span_at("A", at(15)).value().subject == person.subject.pseudonym);
}

TEST_CASE("stays are listed in order and no more than asked for", "[stay_table]") {
    Ward ward;
    const auto person = ward.add("1");
    const auto visit = ward.visits.add(person.id, std::nullopt).value();
    REQUIRE(ward.stays.replace(visit.id, {span("A", 0, 10), span("B", 10, 20), span("A", 20)}));
    const auto in_bed = ward.stays.in_bed("A", 10).value();
    REQUIRE(in_bed.size() == 2);
    CHECK(in_bed[0].span == span("A", 0, 10));
    CHECK(in_bed[1].span == span("A", 20));
    CHECK(ward.stays.of_person(person.id, 2).value().front().span == span("B", 10, 20));
}

}  // namespace
}  // namespace edgeward::vault
