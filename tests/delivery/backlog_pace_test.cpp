#include "backlog_pace.hpp"

#include <catch2/catch_test_macros.hpp>
#include <chrono>

using namespace edgeward;
using namespace edgeward::delivery;
using std::chrono::milliseconds;

namespace {

constexpr MonotonicTime start{std::chrono::hours(1)};

// Old reports that may be claimed within a second in which so many fresh ones come every 10 ms.
std::size_t claimed_in_a_second(std::size_t fresh) {
    BacklogPace pace;
    std::size_t claimed = 0;
    for (int at = 0; at < 1000; ++at) {
        const auto now = start + milliseconds(at);
        if (at % 10 == 0) pace.fresh_came(fresh, now);
        const auto may = pace.may_claim(256, now);
        if (may == 0) continue;
        pace.claims(now);
        claimed += may;
    }
    return claimed;
}

}  // namespace

TEST_CASE("a backlog alone goes as fast as it can", "[backlog_pace]") {
    BacklogPace pace;
    for (int claim = 0; claim < 3; ++claim) {
        CHECK(pace.may_claim(256, start) == 256);
        CHECK(pace.in_a_message(50, start) == 50);
        pace.claims(start);
    }
}

TEST_CASE("beside fresh reports a backlog goes in small pieces with pauses", "[backlog_pace]") {
    BacklogPace pace;
    pace.fresh_came(1, start);
    CHECK(pace.may_claim(256, start) == 28);
    CHECK(pace.may_claim(10, start) == 10);
    CHECK(pace.in_a_message(50, start) == 10);
    CHECK(pace.in_a_message(1, start) == 1);
    pace.fresh_came(20, start);
    CHECK(pace.in_a_message(50, start) == 40);
    CHECK(pace.in_a_message(30, start) == 30);
    pace.fresh_came(1, start);
    CHECK(pace.in_a_message(50, start) == 10);
    pace.claims(start);
    CHECK(pace.may_claim(256, start + milliseconds(9)) == 0);
    CHECK(pace.next_claim() == start + milliseconds(10));
    CHECK(pace.may_claim(256, pace.next_claim()) == 28);
}

TEST_CASE("a quarter of a second without fresh reports ends the consideration", "[backlog_pace]") {
    BacklogPace pace;
    pace.fresh_came(1, start);
    pace.claims(start + milliseconds(249));
    CHECK(pace.may_claim(256, start + milliseconds(249)) == 0);
    CHECK(pace.may_claim(256, start + milliseconds(250)) == 256);
    CHECK(pace.in_a_message(50, start + milliseconds(250)) == 50);
}

TEST_CASE("a backlog goes five times as fast as fresh reports come at least", "[backlog_pace]") {
    for (const std::size_t fresh : {1U, 2U, 5U, 10U, 20U})
        CHECK(claimed_in_a_second(fresh) >= 5 * fresh * 100);
    CHECK(claimed_in_a_second(1) >= 2700);
    CHECK(claimed_in_a_second(1) < 2900);
}
