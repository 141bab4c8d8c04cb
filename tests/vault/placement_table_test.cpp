#include "placement_table.hpp"

#include <catch2/catch_test_macros.hpp>

#include "fixture.hpp"

namespace edgeward::vault {
namespace {

struct Placements : OpenTables {
    PlacementTable table = PlacementTable::prepare(database).value();
};

TEST_CASE("a device stands at one bed at a time", "[placement_table]") {
    Placements open;
    REQUIRE(open.table.add({0, "m", "A", at(0), at(10)}));
    CHECK_FALSE(open.table.add({0, "m", "B", at(9), std::nullopt}));
    REQUIRE(open.table.add({0, "m", "B", at(10), std::nullopt}));
    CHECK_FALSE(open.table.add({0, "m", "C", at(50), at(60)}));
    CHECK(open.table.add({0, "other", "A", at(5), std::nullopt}));

    CHECK(open.table.span_at("m", at(-1)).value().bed.empty());
    const auto first = open.table.span_at("m", at(9)).value();
    CHECK(first.bed == "A");
    CHECK(first.from == at(0));
    CHECK(first.until == at(10));
    CHECK(open.table.span_at("m", at(10)).value().bed == "B");
    CHECK(open.table.span_at("stranger", at(0)).value().until == Instant::max());
}

TEST_CASE("a bed's devices of a time are told", "[placement_table]") {
    Placements open;
    REQUIRE(open.table.add({0, "b", "A", at(0), at(10)}));
    REQUIRE(open.table.add({0, "b", "A", at(20), at(30)}));
    REQUIRE(open.table.add({0, "a", "A", at(25), std::nullopt}));
    REQUIRE(open.table.add({0, "c", "B", at(0), std::nullopt}));
    using Devices = std::vector<std::string>;
    CHECK(open.table.devices_at("A", at(0), at(60)).value() == Devices{"a", "b"});
    CHECK(open.table.devices_at("A", at(10), at(20)).value().empty());
    CHECK(open.table.devices_at("A", at(30), Instant::max()).value() == Devices{"a"});
}

TEST_CASE("a placement ends at a time after its begin", "[placement_table]") {
    Placements open;
    REQUIRE(open.table.add({0, "m", "A", at(0), std::nullopt}));
    CHECK_FALSE(open.table.end("m", at(0)));
    REQUIRE(open.table.end("m", at(5)));
    CHECK_FALSE(open.table.end("m", at(5)));
    const auto gap = open.table.span_at("m", at(5)).value();
    CHECK(gap.bed.empty());
    CHECK(gap.from == at(5));
    const auto all = open.table.of_device("m").value();
    REQUIRE(all.size() == 1);
    CHECK(all[0].bed == "A");
    CHECK(all[0].until == at(5));
}

TEST_CASE("a placement without device or bed or length is refused", "[placement_table]") {
    Placements open;
    CHECK_FALSE(open.table.add({0, "", "A", at(0), std::nullopt}));
    CHECK_FALSE(open.table.add({0, "m", "", at(0), std::nullopt}));
    CHECK_FALSE(open.table.add({0, "m", "A", at(5), at(5)}));
}

}  // namespace
}  // namespace edgeward::vault
