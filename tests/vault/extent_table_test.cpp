#include "extent_table.hpp"

#include <catch2/catch_test_macros.hpp>

#include "bedside.hpp"
#include "fixture.hpp"

namespace edgeward::vault {
namespace {

std::uint64_t counted(const std::vector<ErasureCertificate::Count>& counts, std::string_view place) {
    for (const auto& one : counts) {
        if (one.place == place) return one.count;
    }
    return 0;
}

}  // namespace

TEST_CASE("everything of a person is counted and nothing of another", "[extent_table]") {
    OpenTables tables;
    auto persons = PersonTable::prepare(tables.database, tables.keys).value();
    auto consents = ConsentTable::prepare(tables.database).value();
    auto associations = AssociationTable::prepare(tables.database).value();
    auto extents = ExtentTable::prepare(tables.database).value();
    const auto one = persons.add(person_with({identifier("1"), identifier("2")}), at(0)).value();
    const auto other = persons.add(person_with({identifier("3")}), at(0)).value();
    REQUIRE(consents.add(one.id, {model::Purpose::research, true, at(0), at(9)}, at(0)));
    REQUIRE(associations.add("m", one.id, at(0), at(5)));
    REQUIRE(associations.add("m", other.id, at(5), at(6)));
    std::vector<ErasureCertificate::Count> counts;
    REQUIRE(extents.count(one.subject.pseudonym, counts));
    CHECK(counted(counts, "persons") == 1);
    CHECK(counted(counts, "identifiers") == 2);
    CHECK(counted(counts, "consents") == 1);
    CHECK(counted(counts, "associations") == 1);
    REQUIRE(extents.count(other.subject.pseudonym, counts));
    CHECK(counted(counts, "persons") == 2);
    CHECK(counted(counts, "associations") == 2);
}

TEST_CASE("the cells are the sealed parts and the keyed hashes", "[extent_table]") {
    OpenTables tables;
    auto persons = PersonTable::prepare(tables.database, tables.keys).value();
    auto extents = ExtentTable::prepare(tables.database).value();
    const auto one = persons.add(person_with({identifier("1"), identifier("2")}), at(0)).value();
    const auto cells = extents.cells(one.subject.pseudonym).value();
    REQUIRE(cells.size() == 5);
    CHECK(cells[0].size() == 61);  // secret: version, nonce, 32 octets, tag
    CHECK(cells[1].size() == 61);  // data key
    CHECK(cells[2].size() > 61);   // identity
    CHECK(cells[3].size() == 32);
    CHECK(cells[4].size() == 32);
    CHECK(extents.cells(persons.add(person_with({identifier("3")}), at(0))->subject.pseudonym)->size() == 4);
}

}  // namespace edgeward::vault
