#include "rate_limit.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

using edgeward::MonotonicTime;
using edgeward::transport::RateLimit;
using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using std::chrono::seconds;

TEST_CASE("without a limit nobody waits", "[rate_limit]") {
    RateLimit limit(0);
    for (int n = 0; n < 1000; ++n)
        CHECK(limit.reserve(MonotonicTime(seconds(5))) == nanoseconds(0));
}

TEST_CASE("a second's worth goes at once and the rest in step", "[rate_limit]") {
    RateLimit limit(4);
    const MonotonicTime now(seconds(100));
    for (int n = 0; n < 4; ++n)
        CHECK(limit.reserve(now) == nanoseconds(0));
    CHECK(limit.reserve(now) == milliseconds(250));
    CHECK(limit.reserve(now) == milliseconds(500));
    CHECK(limit.reserve(now + milliseconds(500)) == milliseconds(250));
}

TEST_CASE("less than one a second waits from the second send on", "[rate_limit]") {
    RateLimit limit(0.5);
    const MonotonicTime now(seconds(100));
    CHECK(limit.reserve(now) == nanoseconds(0));
    CHECK(limit.reserve(now) == seconds(2));
}

TEST_CASE("a pause earns one second's worth and no more", "[rate_limit]") {
    RateLimit limit(10);
    (void)limit.reserve(MonotonicTime(seconds(1)));
    const MonotonicTime later(seconds(1000));
    int at_once = 0;
    while (limit.reserve(later) == nanoseconds(0))
        ++at_once;
    CHECK(at_once == 10);
}

// Whoever asks as soon as he may gets the rate on average: simulated over an hour.
TEST_CASE("the long run keeps the rate", "[rate_limit]") {
    const double rate = GENERATE(0.3, 1.0, 7.0, 100.0);
    RateLimit limit(rate);
    MonotonicTime now(seconds(1));
    const MonotonicTime end = now + std::chrono::hours(1);
    double sent = 0;
    for (; now < end; ++sent)
        now += limit.reserve(now);
    CHECK(sent <= rate * 3600 + rate + 2);
    CHECK(sent >= rate * 3600 - 1);
}
