#include "place_change_table.hpp"

#include <catch2/catch_test_macros.hpp>

#include "fixture.hpp"

namespace edgeward::vault {
namespace {

TEST_CASE("changes of places are told in their order until they were examined", "[place_change_table]") {
    OpenTables open;
    auto table = PlaceChangeTable::prepare(open.database).value();
    CHECK_FALSE(table.oldest().value());
    REQUIRE(table.add_bed("ICU^1^7", at(0), std::nullopt));
    REQUIRE(table.add_device("monitor-1", at(5), at(9)));
    const auto first = table.oldest().value();
    REQUIRE(first);
    CHECK(first->bed == "ICU^1^7");
    CHECK(first->device.empty());
    CHECK(first->from == at(0));
    CHECK_FALSE(first->until);
    REQUIRE(table.remove(first->id));
    const auto second = table.oldest().value();
    REQUIRE(second);
    CHECK(second->device == "monitor-1");
    CHECK(second->bed.empty());
    CHECK(second->until == at(9));
    REQUIRE(table.remove(second->id));
    REQUIRE(table.remove(second->id));
    CHECK_FALSE(table.oldest().value());
}

}  // namespace
}  // namespace edgeward::vault
