#include "association_table.hpp"

#include <catch2/catch_test_macros.hpp>

#include "fixture.hpp"

namespace edgeward::vault {
namespace {

struct Associations : OpenTables {
    PersonTable persons = PersonTable::prepare(database, keys).value();
    AssociationTable table = AssociationTable::prepare(database).value();
    Person one = persons.add(person_with({identifier("1")}), at(0)).value();
    Person two = persons.add(person_with({identifier("2")}), at(0)).value();
};

TEST_CASE("a device is a persons from the start and before the end", "[association_table]") {
    Associations associations;
    REQUIRE(associations.table.add("m", associations.one.id, at(10), at(20)));
    const auto subject = associations.one.subject.pseudonym;
    CHECK_FALSE(associations.table.span_at("m", at(10) - std::chrono::milliseconds(1)).value().subject);
    CHECK(associations.table.span_at("m", at(10)).value().subject == subject);
    CHECK(associations.table.span_at("m", at(20) - std::chrono::milliseconds(1)).value().subject == subject);
    CHECK_FALSE(associations.table.span_at("m", at(20)).value().subject);
    CHECK_FALSE(associations.table.span_at("n", at(15)).value().subject);
}

TEST_CASE("a span is as long as its answer holds", "[association_table]") {
    Associations associations;
    REQUIRE(associations.table.add("m", associations.one.id, at(10), at(20)));
    REQUIRE(associations.table.add("m", associations.two.id, at(30), std::nullopt));
    struct Case {
        int when;
        Instant from;
        Instant until;
    };
    const Case cases[] = {{5, Instant::min(), at(10)},
                          {15, at(10), at(20)},
                          {25, at(20), at(30)},
                          {1000, at(30), Instant::max()}};
    for (const auto& row : cases) {
        CAPTURE(row.when);
        const auto span = associations.table.span_at("m", at(row.when)).value();
        CHECK(span.from == row.from);
        CHECK(span.until == row.until);
    }
    const auto nobody = associations.table.span_at("n", at(0)).value();
    CHECK(nobody.from == Instant::min());
    CHECK(nobody.until == Instant::max());
}

TEST_CASE("associations of a device may touch and not overlap", "[association_table]") {
    Associations associations;
    auto& table = associations.table;
    const auto person = associations.one.id;
    REQUIRE(table.add("m", person, at(10), at(20)));
    CHECK_FALSE(table.add("m", person, at(0), at(11)));
    CHECK_FALSE(table.add("m", person, at(19), at(30)));
    CHECK_FALSE(table.add("m", person, at(12), at(13)));
    CHECK_FALSE(table.add("m", person, at(0), at(30)));
    CHECK_FALSE(table.add("m", person, at(0), std::nullopt));
    CHECK(table.add("m", person, at(0), at(10)));
    CHECK(table.add("m", person, at(20), std::nullopt));
    CHECK_FALSE(table.add("m", person, at(500), at(600)));
    CHECK(table.add("n", person, at(12), at(13)));
}

TEST_CASE("a span must have a device and a length", "[association_table]") {
    Associations associations;
    CHECK_FALSE(associations.table.add("m", associations.one.id, at(10), at(10)));
    CHECK_FALSE(associations.table.add("m", associations.one.id, at(10), at(9)));
    CHECK_FALSE(associations.table.add("", associations.one.id, at(10), at(20)));
}

TEST_CASE("ending sets the end of the association in force", "[association_table]") {
    Associations associations;
    auto& table = associations.table;
    REQUIRE(table.add("m", associations.one.id, at(10), std::nullopt));
    CHECK(table.end("m", at(10)).error().kind == ErrorKind::invalid_input);
    CHECK(table.end("n", at(15)).error().kind == ErrorKind::invalid_input);
    REQUIRE(table.end("m", at(15)));
    CHECK_FALSE(table.span_at("m", at(15)).value().subject);
    CHECK(table.end("m", at(16)).error().kind == ErrorKind::invalid_input);
    CHECK(table.add("m", associations.two.id, at(15), std::nullopt));
}

// The table keeps this from happening; a restored or edited file need not.
TEST_CASE("two persons at once are an error and not a guess", "[association_table]") {
    Associations associations;
    REQUIRE(
        associations.database.execute("INSERT INTO associations(device, person, starts, ends) "
                                      "VALUES('m', 1, 0, NULL), ('m', 2, 5, NULL)"));
    CHECK(associations.table.span_at("m", at(0)).error().kind == ErrorKind::invalid_input);
}

TEST_CASE("the associations of a device come in order of time", "[association_table]") {
    Associations associations;
    const auto later = associations.table.add("m", associations.two.id, at(30), std::nullopt).value();
    const auto sooner = associations.table.add("m", associations.one.id, at(10), at(20)).value();
    const auto rows = associations.table.of_device("m").value();
    REQUIRE(rows.size() == 2);
    CHECK(rows[0].id == sooner);
    CHECK(rows[0].subject == associations.one.subject.pseudonym);
    CHECK(rows[0].until == at(20));
    CHECK(rows[1].id == later);
    CHECK(rows[1].from == at(30));
    CHECK_FALSE(rows[1].until);
    CHECK(associations.table.of_device("n").value().empty());
}

}  // namespace
}  // namespace edgeward::vault
