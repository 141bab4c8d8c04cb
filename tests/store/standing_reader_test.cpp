#include <catch2/catch_test_macros.hpp>

#include "bench.hpp"

namespace edgeward::store {
namespace {

std::vector<std::uint64_t> numbers(const std::vector<Delivery>& rows) {
    std::vector<std::uint64_t> all;
    for (const auto& row : rows)
        all.push_back(row.report);
    return all;
}

}  // namespace

TEST_CASE("a device's reports of a time are found in stretches", "[standing_reader]") {
    using Numbers = std::vector<std::uint64_t>;
    Bench bench({"kis"});
    REQUIRE(bench.record({stored_message(1, 1), stored_message(2, 1, 1, "monitor-2"), stored_message(3, 1),
                          stored_message(4, 1, 0), stored_message(5, 1), stored_message(6, 1)}));
    const auto all = bench.reader().standing("monitor-1", 0, at_second(3), at_second(6), 100).value();
    CHECK(numbers(all.reports) == Numbers{3, 5});
    CHECK(all.looked_to == 0);
    const auto first = bench.reader().standing("monitor-1", 0, at_second(0), at_second(9), 3).value();
    CHECK(numbers(first.reports) == Numbers{1, 3});
    REQUIRE(first.looked_to == 3);
    const auto rest = bench.reader().standing("monitor-1", 3, at_second(0), at_second(9), 3).value();
    CHECK(numbers(rest.reports) == Numbers{5, 6});
    CHECK(rest.looked_to == 0);
    CHECK(bench.reader().standing("nobody", 0, at_second(0), at_second(9), 100)->reports.empty());
}

TEST_CASE("the place of a time in the order of reports is found", "[standing_reader]") {
    Bench bench({"kis"});
    CHECK(bench.reader().received_before(at_second(5)).value() == 0);
    std::vector<Inbound> messages;
    for (std::uint64_t second = 10; second < 60; ++second)
        messages.push_back(stored_message(second, 1));
    REQUIRE(bench.record(std::move(messages)));
    CHECK(bench.reader().received_before(at_second(10)).value() == 0);
    CHECK(bench.reader().received_before(at_second(11)).value() == 1);
    CHECK(bench.reader().received_before(at_second(42)).value() == 32);
    CHECK(bench.reader().received_before(at_second(900)).value() == 50);
}

}  // namespace edgeward::store
