#include "failure_tally.hpp"

#include <vector>

#include <catch2/catch_test_macros.hpp>

namespace edgeward::app {

TEST_CASE("the first failure is told at once and a flood once a minute with its number", "[failure_tally]") {
    std::vector<std::pair<std::string, std::uint64_t>> told;
    FailureTally tally([&](const std::string& who, std::uint64_t count) { told.emplace_back(who, count); });
    const MonotonicTime begin{std::chrono::hours(1)};
    for (int i = 0; i < 1000; ++i)
        tally.failed("account:alice", begin + std::chrono::milliseconds(i));
    tally.failed("gateway", begin);
    using Told = std::vector<std::pair<std::string, std::uint64_t>>;
    CHECK(told == Told{{"account:alice", 1}, {"gateway", 1}});
    tally.flush(begin + std::chrono::seconds(59));
    CHECK(told.size() == 2);
    tally.flush(begin + std::chrono::seconds(60));
    CHECK(told.back() == std::pair<std::string, std::uint64_t>("account:alice", 999));
    tally.failed("account:alice", begin + std::chrono::seconds(61));
    CHECK(told.size() == 3);
    tally.flush(begin + std::chrono::seconds(61), true);
    CHECK(told.back() == std::pair<std::string, std::uint64_t>("account:alice", 1));
    tally.flush(begin + std::chrono::hours(1), true);
    CHECK(told.size() == 4);
}

}  // namespace edgeward::app
