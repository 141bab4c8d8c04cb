#include <edgeward/access/delays.hpp>

#include <catch2/catch_test_macros.hpp>

#include "support/at_once.hpp"

namespace edgeward::access {
namespace {

using std::chrono::seconds;
const MonotonicTime begin{std::chrono::hours(1)};

}  // namespace

TEST_CASE("a name waits from the fifth wrong attempt, twice as long each time", "[delays]") {
    Delays delays;
    for (int i = 0; i < 4; ++i)
        CHECK(delays.failed("alice", begin) == seconds(0));
    CHECK_FALSE(delays.wait("alice", begin));
    MonotonicTime now = begin;
    for (const std::int64_t expected : {1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900}) {
        CHECK(delays.failed("alice", now) == seconds(expected));
        CHECK(delays.wait("alice", now) == seconds(expected));
        now += seconds(expected);
        CHECK_FALSE(delays.wait("alice", now));
    }
}

TEST_CASE("a right attempt, or a day without one, forgets", "[delays]") {
    Delays delays;
    for (int i = 0; i < 5; ++i)
        delays.failed("alice", begin);
    delays.succeeded("alice");
    CHECK_FALSE(delays.wait("alice", begin));
    for (int i = 0; i < 5; ++i)
        delays.failed("alice", begin);
    CHECK(delays.failed("alice", begin + std::chrono::hours(25)) == seconds(0));
}

TEST_CASE("ten thousand guesses in an hour come to a few", "[delays]") {
    Delays delays;
    int counted = 0;
    for (int i = 0; i < 10'000; ++i) {
        const MonotonicTime now = begin + std::chrono::milliseconds(360 * i);
        if (delays.wait("alice", now)) continue;
        ++counted;
        delays.failed("alice", now);
    }
    // 4, then one after 1 s, 2 s … 512 s (1023 s together), then one every 900 s of what is left.
    CHECK(counted == 4 + 10 + 1 + (3600 - 1023) / 900);
}

TEST_CASE("names nobody has take no room and wait like others", "[delays]") {
    Delays delays;
    for (int i = 0; i < 5; ++i)
        delays.failed("nobody", begin);
    CHECK(delays.wait("nobody", begin) == seconds(1));
    int others = 0;
    for (int i = 0; i < 1000; ++i)
        others += delays.wait("name-" + std::to_string(i), begin) ? 1 : 0;
    CHECK(others <= 5);  // 1000 names in 4096 places: 0.25 are expected beside it
}

TEST_CASE("wrong attempts of several threads at once all count", "[delays]") {
    Delays delays;
    support::at_once(4, [&](unsigned) {
        for (int i = 0; i < 3; ++i)
            delays.failed("alice", begin);
        return delays.wait("alice", begin).has_value();
    });
    CHECK(delays.wait("alice", begin) == seconds(128));  // after the twelfth; one after the fifth
}

}  // namespace edgeward::access
