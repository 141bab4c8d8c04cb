#include "containment.hpp"

#include <set>

#include <catch2/catch_test_macros.hpp>

#include <edgeward/coding/code_table.hpp>

#include "hl7/sample_report.hpp"

using namespace edgeward;
using namespace edgeward::hl7;
using sample::quantity;

// Parameters and devices as IHE PCD TF-2 E.1 and the GE B40 PCD-01 description group them.
TEST_CASE("parameters stand under the device that measures them", "[containment]") {
    CHECK(group_of(147842).vmd_refid == "MDC_DEV_ECG_VMD");
    CHECK(group_of(131841).vmd_refid == "MDC_DEV_ECG_VMD");
    CHECK(group_of(150021).vmd == 70686);
    CHECK(group_of(150033).vmd == 69854);
    CHECK(group_of(149522).vmd == 69854);
    CHECK(group_of(149530).vmd == 69642);
    CHECK(group_of(150456).vmd == 69642);
    CHECK(group_of(150344).vmd == 69902);
    CHECK(group_of(151980).vmd == 70002);
    CHECK(group_of(157784).vmd == 69986);
    CHECK(group_of(0).number == 1);
}

TEST_CASE("a setting stands beside the value it sets", "[containment]") {
    CHECK(group_of(16929196).number == group_of(151980).number);
}

TEST_CASE("height and weight known to the device belong to the device itself", "[containment]") {
    CHECK(group_of(68060).number == 0);
    CHECK(group_of(68063).number == 0);
}

// MDC: a device's channel term is its VMD term + 1 (base + 3, base + 2).
TEST_CASE("every channel term follows its device term", "[containment]") {
    for (const auto& entry : coding::code_table()) {
        const DeviceGroup& group = group_of(entry.mdc);
        if (group.number == 0) continue;
        CHECK(group.channel == group.vmd + 1);
        CHECK(group.vmd % 4 == 2);
    }
}

TEST_CASE("the cuff and thermodilution are episodic", "[containment]") {
    CHECK(is_episodic(150021));
    CHECK(is_episodic(149546));
    CHECK(is_episodic(150276));
    CHECK_FALSE(is_episodic(150033));
    CHECK_FALSE(is_episodic(147842));
}

TEST_CASE("places are unique and in order and keep the mapping's numbers", "[containment]") {
    const auto systolic = quantity(150021, "SYS", "120", "mm[Hg]", 1);
    const auto rate = quantity(147842, "HR", "80", "/min", 3);
    const auto twin = quantity(147842, "HR", "81", "/min", 3);
    const auto unplaced = quantity(131841, "ST", "0.1", "mV", 0);
    const auto early = quantity(131842, "ST", "0.2", "mV", 2);
    const auto placed = place({&systolic, &unplaced, &rate, &twin, &early});
    REQUIRE(placed.size() == 5);
    CHECK(placed[0].observation == &early);
    CHECK(placed[1].observation == &rate);
    CHECK(placed[1].metric == 3);
    CHECK(placed[4].observation == &systolic);
    std::set<std::pair<std::uint16_t, std::uint32_t>> places;
    for (const auto& one : placed)
        places.emplace(one.group->number, one.metric);
    CHECK(places.size() == placed.size());
}

TEST_CASE("a number counts within the part that the device names", "[containment]") {
    auto first = quantity(157784, "FLOW", "5", "mL/h", 1);
    first.part = {1, 1};
    auto second = first;
    second.part = {1, 2};
    auto twin = second;
    const auto placed = place({&second, &twin, &first});
    REQUIRE(placed.size() == 3);
    CHECK(placed[0].observation == &first);
    CHECK(placed[1].observation == &second);
    CHECK(placed[1].metric == 1);
    CHECK(placed[2].part == model::Part{1, 2});
    CHECK(placed[2].metric == 2);
}
