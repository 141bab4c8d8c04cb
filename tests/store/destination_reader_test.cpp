// What is read for a replay: src/store/destination_reader.cpp.

#include <catch2/catch_test_macros.hpp>

#include "bench.hpp"

namespace edgeward::store {
namespace {

using Numbers = std::vector<std::uint64_t>;

}  // namespace

TEST_CASE("acknowledged reports of a time range are found in stretches", "[destination_reader]") {
    Bench bench({"kis"});
    std::vector<Inbound> messages;
    for (std::uint64_t second = 0; second < 10; ++second)
        messages.push_back(stored_message(second, 1));  // received at that second
    REQUIRE(bench.record(std::move(messages)));
    std::vector<Settlement> settlements;
    for (std::uint64_t report = 1; report <= 10; ++report)
        settlements.push_back(ended(report, report == 5 ? DeliveryState::dead : DeliveryState::delivered));
    REQUIRE(bench.settle("kis", settlements));

    const auto all = bench.reader().acknowledged("kis", 0, at_second(3), at_second(8), 100).value();
    CHECK(all.reports == Numbers{4, 6, 7, 8});
    CHECK(all.looked_to == 0);
    const auto first = bench.reader().acknowledged("kis", 0, at_second(3), at_second(8), 6).value();
    CHECK(first.reports == Numbers{4, 6});
    REQUIRE(first.looked_to == 6);
    const auto rest = bench.reader().acknowledged("kis", first.looked_to, at_second(3), at_second(8), 6);
    CHECK(rest->reports == Numbers{7, 8});
    CHECK(rest->looked_to == 0);
    CHECK(bench.reader().acknowledged("nobody", 0, at_second(0), at_second(9), 6)->reports.empty());
}

TEST_CASE("the lanes of pending reports are read without their bodies", "[destination_reader]") {
    Bench bench({"kis"});
    REQUIRE(
        bench.record({stored_message(1, 1, 1), stored_message(2, 1, 0, "pump-1"), stored_message(3, 1, 2)}));
    REQUIRE(bench.settle("kis", {ended(1)}));
    CHECK(bench.reader().newest_report().value() == 3);
    const auto lanes = bench.reader().pending_lanes("kis", 0, 9).value();
    REQUIRE(lanes.size() == 2);
    CHECK(lanes[0].report == 2);
    CHECK_FALSE(lanes[0].subject);
    CHECK(lanes[0].device == "pump-1");
    CHECK(lanes[1].subject == person(2));
    CHECK(bench.reader().pending_lanes("kis", 2, 9)->size() == 1);
    CHECK(bench.reader().pending_lanes("kis", 0, 1)->size() == 1);
}

}  // namespace edgeward::store
