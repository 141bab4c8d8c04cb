#include <edgeward/access/rate_limit.hpp>

#include <numeric>

#include <catch2/catch_test_macros.hpp>

#include "support/at_once.hpp"

namespace edgeward::access {

TEST_CASE("so many go at once and so many again in a minute", "[rate_limit]") {
    RateLimit limit({3, 60});
    const MonotonicTime begin{std::chrono::hours(1)};
    for (int i = 0; i < 3; ++i)
        CHECK_FALSE(limit.take("10.0.0.1", begin));
    CHECK(limit.take("10.0.0.1", begin) == std::chrono::seconds(1));
    CHECK_FALSE(limit.take("10.0.0.1", begin + std::chrono::seconds(1)));
    CHECK(limit.take("10.0.0.1", begin + std::chrono::seconds(1)));
    for (int i = 0; i < 3; ++i)
        CHECK_FALSE(limit.take("10.0.0.1", begin + std::chrono::minutes(10)));
    CHECK(limit.take("10.0.0.1", begin + std::chrono::minutes(10)));
}

TEST_CASE("one address does not use up what another has", "[rate_limit]") {
    RateLimit limit({1, 1});
    const MonotonicTime now{std::chrono::hours(1)};
    CHECK_FALSE(limit.take("10.0.0.1", now));
    CHECK(limit.take("10.0.0.1", now) == std::chrono::seconds(60));
    int stopped = 0;
    for (int i = 0; i < 20; ++i)
        stopped += limit.take("10.0.1." + std::to_string(i), now) ? 1 : 0;
    CHECK(stopped <= 2);  // two in one of 4096 places: hardly ever
}

TEST_CASE("threads that take at once take no more than there is", "[rate_limit]") {
    RateLimit limit({1000, 1});
    const MonotonicTime now{std::chrono::hours(1)};
    const auto taken = support::at_once(4, [&](unsigned) {
        int count = 0;
        for (int i = 0; i < 500; ++i)
            count += limit.take("10.0.0.1", now) ? 0 : 1;
        return count;
    });
    CHECK(std::accumulate(taken.begin(), taken.end(), 0) == 1000);
}

}  // namespace edgeward::access
