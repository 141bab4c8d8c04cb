#include "consent_table.hpp"

#include <catch2/catch_test_macros.hpp>

#include "fixture.hpp"

namespace edgeward::vault {
namespace {

using model::Purpose;
using policy::Consent;

struct Consents : OpenTables {
    PersonTable persons = PersonTable::prepare(database, keys).value();
    ConsentTable table = ConsentTable::prepare(database).value();
    Person one = persons.add(person_with({identifier("1")}), at(0)).value();
    Person two = persons.add(person_with({identifier("2")}), at(0)).value();

    Consent of(int now, int measured, Purpose purpose = Purpose::research) {
        return table.at(one.subject.pseudonym, purpose, at(now), at(measured)).value();
    }
    bool add(bool given, Instant from, Instant until, Purpose purpose = Purpose::research) {
        return table.add(one.id, {purpose, given, from, until}, at(0)).has_value();
    }
};

TEST_CASE("without an entry consent is unknown", "[consent_table]") {
    Consents consents;
    CHECK(consents.of(5, 5) == Consent::unknown);
}

TEST_CASE("consent must hold now and when it was measured", "[consent_table]") {
    Consents consents;
    REQUIRE(consents.add(true, at(10), at(20)));
    CHECK(consents.of(15, 12) == Consent::given);
    CHECK(consents.of(10, 10) == Consent::given);
    CHECK(consents.of(15, 9) == Consent::unknown);
    CHECK(consents.of(20, 15) == Consent::unknown);
    CHECK(consents.of(25, 5) == Consent::unknown);
}

TEST_CASE("two entries may cover the two times", "[consent_table]") {
    Consents consents;
    REQUIRE(consents.add(true, at(0), at(10)));
    REQUIRE(consents.add(true, at(20), at(30)));
    CHECK(consents.of(25, 5) == Consent::given);
    CHECK(consents.of(25, 15) == Consent::unknown);
}

TEST_CASE("a denial in force at either time wins over any consent", "[consent_table]") {
    Consents consents;
    REQUIRE(consents.add(true, at(0), Instant::max()));
    REQUIRE(consents.add(false, at(10), at(20)));
    CHECK(consents.of(15, 5) == Consent::denied);
    CHECK(consents.of(25, 15) == Consent::denied);
    CHECK(consents.of(15, 15) == Consent::denied);
    CHECK(consents.of(25, 5) == Consent::given);
}

TEST_CASE("a withdrawal without an end denies from then on", "[consent_table]") {
    Consents consents;
    REQUIRE(consents.add(true, at(0), Instant::max()));
    REQUIRE(consents.add(false, at(10), Instant::max()));
    CHECK(consents.of(9, 5) == Consent::given);
    CHECK(consents.of(10, 5) == Consent::denied);
}

TEST_CASE("consent is of one person for one purpose", "[consent_table]") {
    Consents consents;
    REQUIRE(consents.add(true, at(0), at(10)));
    CHECK(consents.of(5, 5, Purpose::quality) == Consent::unknown);
    CHECK(consents.table.at(consents.two.subject.pseudonym, Purpose::research, at(5), at(5)).value() ==
          Consent::unknown);
}

TEST_CASE("an entry must have a length", "[consent_table]") {
    Consents consents;
    CHECK_FALSE(consents.add(true, at(10), at(10)));
    CHECK_FALSE(consents.add(true, at(10), at(9)));
}

TEST_CASE("entries are told in the order they were entered", "[consent_table]") {
    Consents consents;
    REQUIRE(consents.add(true, at(5), at(6)));
    REQUIRE(consents.add(false, at(1), at(2), Purpose::quality));
    const auto all = consents.table.of_person(consents.one.id).value();
    REQUIRE(all.size() == 2);
    CHECK(all[0].entry.given);
    CHECK(all[0].entry.from == at(5));
    CHECK(all[1].entry.purpose == Purpose::quality);
    CHECK_FALSE(all[1].entry.given);
    CHECK(consents.table.of_person(consents.two.id)->empty());
}

}  // namespace
}  // namespace edgeward::vault
