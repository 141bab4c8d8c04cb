#include "erasure_table.hpp"

#include <catch2/catch_test_macros.hpp>

#include "fixture.hpp"

namespace edgeward::vault {
namespace {

TEST_CASE("a fresh file has seen no erasure", "[erasure_table]") {
    OpenTables tables;
    auto erasures = ErasureTable::prepare(tables.database);
    REQUIRE(erasures);
    const auto applied = erasures->applied();
    REQUIRE(applied);
    CHECK(applied->entries == 0);
    CHECK(applied->link == crypto::Digest{});
}

TEST_CASE("how far the ledger was carried out is kept", "[erasure_table]") {
    OpenTables tables;
    auto erasures = ErasureTable::prepare(tables.database).value();
    crypto::Digest link{};
    link.fill(7);
    REQUIRE(erasures.set_applied({3, link}));
    const auto applied = erasures.applied().value();
    CHECK(applied.entries == 3);
    CHECK(applied.link == link);
}

TEST_CASE("a person goes with everything that hangs on it", "[erasure_table]") {
    OpenTables tables;
    auto persons = PersonTable::prepare(tables.database, tables.keys).value();
    auto erasures = ErasureTable::prepare(tables.database).value();
    const auto gone = persons.add(person_with({identifier("1"), identifier("2")}), at(0)).value();
    const auto stays = persons.add(person_with({identifier("3")}), at(0)).value();
    CHECK(erasures.subjects().value().size() == 2);
    CHECK(erasures.remove(gone.subject.pseudonym).value());
    CHECK_FALSE(erasures.remove(gone.subject.pseudonym).value());
    CHECK(erasures.subjects().value() == std::vector{stays.subject.pseudonym});
    CHECK_FALSE(persons.find(identifier("2")).value().has_value());
    CHECK(persons.find(identifier("3")).value().has_value());
    CHECK_FALSE(persons.secret_of(gone.subject.pseudonym).has_value());
}

}  // namespace
}  // namespace edgeward::vault
