#include "backlog.hpp"

#include <catch2/catch_test_macros.hpp>
#include <string>

using namespace edgeward::delivery;

TEST_CASE("without a backlog nothing is held back", "[backlog]") {
    Backlog backlog;
    backlog.claim_through(7);
    CHECK_FALSE(backlog.open());
    CHECK(backlog.claimed() == 7);
    CHECK(backlog.seen() == 7);
    CHECK_FALSE(backlog.holds("a"));
}

TEST_CASE("a lane is held until its newest report of the backlog is claimed", "[backlog]") {
    Backlog backlog;
    backlog.claim_through(10);
    backlog.begin(13);
    backlog.leave("a", 11);
    backlog.leave("b", 12);
    backlog.leave("a", 13);
    backlog.end_reached();
    REQUIRE(backlog.surveyed());
    CHECK(backlog.holds("a"));
    CHECK(backlog.holds("b"));
    CHECK_FALSE(backlog.holds("newcomer"));
    backlog.claim_through(12);
    CHECK(backlog.holds("a"));
    CHECK_FALSE(backlog.holds("b"));
}

TEST_CASE("the backlog ends when the old claims have caught up", "[backlog]") {
    Backlog backlog;
    backlog.begin(2);
    backlog.leave("a", 1);
    backlog.leave("a", 2);
    backlog.end_reached();
    backlog.pass(3);
    backlog.claim_through(2);
    backlog.fall_behind(3);
    CHECK_FALSE(backlog.surveyed());
    backlog.end_reached();
    CHECK(backlog.open());  // number 3 was claimed as fresh and has to be passed over
    backlog.claim_through(3);
    CHECK_FALSE(backlog.open());
    CHECK(backlog.seen() == 3);
    CHECK_FALSE(backlog.holds("a"));
}

TEST_CASE("a claim that fails is made again and holds its lanes meanwhile", "[backlog]") {
    Backlog backlog;
    backlog.begin(5);
    backlog.leave("a", 1);
    backlog.leave("b", 5);
    backlog.end_reached();
    backlog.claim_through(1);
    CHECK_FALSE(backlog.holds("a"));
    backlog.back_to(0);
    CHECK(backlog.holds("a"));
}

TEST_CASE("what comes in while the backlog is looked through is behind it", "[backlog]") {
    Backlog backlog;
    backlog.claim_through(10);
    backlog.begin(14);  // 13 and 14 are not for this destination; 15 came meanwhile
    CHECK(backlog.end() == 14);
    backlog.leave("a", 11);
    backlog.leave("a", 12);
    backlog.end_reached();
    CHECK(backlog.seen() == 14);
    CHECK_FALSE(backlog.holds("newcomer"));
    backlog.fall_behind(20);
    CHECK_FALSE(backlog.surveyed());
    CHECK(backlog.end() == 20);
    CHECK(backlog.seen() == 14);
}

TEST_CASE("thousands of lanes with a backlog hold hardly any other back", "[backlog]") {
    Backlog backlog;
    backlog.begin(5000);
    for (std::uint64_t report = 1; report <= 5000; ++report)
        backlog.leave("person:" + std::to_string(report), report);
    backlog.end_reached();
    int held = 0;
    for (int other = 0; other < 5000; ++other)
        held += backlog.holds("other:" + std::to_string(other)) ? 1 : 0;
    CHECK(held < 50);  // one in 100
    for (int report = 1; report <= 5000; ++report)
        REQUIRE(backlog.holds("person:" + std::to_string(report)));
    backlog.claim_through(2500);
    for (int report = 2501; report <= 5000; ++report)
        REQUIRE(backlog.holds("person:" + std::to_string(report)));
}
