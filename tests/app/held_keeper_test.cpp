#include "held_keeper.hpp"

#include <catch2/catch_test_macros.hpp>

#include "desk.hpp"

namespace edgeward::app {
namespace {

// Messages of monitor-1 that name nobody.
std::string heart_rate(int second) {
    const auto when = *parse_rfc3339("2026-11-23T18:48:00Z");
    return R"({"t":")" + to_rfc3339(when.utc + std::chrono::seconds(second)) + R"(","hr":62})";
}

struct Held : Desk {
    Held() { pipeline.replace(Desk::catalogue("flat")); }
    HeldKeeper keeper{{*store.reader, *store.writer, pipeline, metrics, [this] { ++told; }}};
    void associate(int from, int until) {
        const auto when = parse_rfc3339("2026-11-23T18:48:00Z")->utc;
        REQUIRE(vault->associate({0,
                                  "monitor-1",
                                  {"4711", "KIS", "PI"},
                                  when + std::chrono::seconds(from),
                                  when + std::chrono::seconds(until)},
                                 "user:1"));
    }
    std::atomic<int> told = 0;
};

}  // namespace

TEST_CASE("what a later movement explains is stored in order and the rest stays held", "[held_keeper]") {
    Held held;
    for (const int second : {1, 5, 9, 20})
        held.take_in(heart_rate(second));
    held.take_in("{");  // in quarantine for another reason
    CHECK(held.keeper.pass().value() == 0);
    CHECK(held.store.reader->inbound_book()->quarantined == 5);
    held.associate(4, 10);
    CHECK(held.keeper.pass().value() == 2);
    CHECK(held.told == 1);
    CHECK(held.store.reader->inbound_book()->stored == 2);
    CHECK(held.store.reader->inbound_book()->quarantined == 3);
    const auto records = held.records(audit::Action::quarantine_replayed);
    REQUIRE(records.size() == 2);
    CHECK(records.front().actor == "gateway");
    CHECK(held.keeper.pass().value() == 0);
    CHECK(held.metrics.expose().find("edgeward_held_replayed_total 2") != std::string::npos);
}

TEST_CASE("more than a page of held messages is looked at to the end", "[held_keeper]") {
    Held held;
    for (int second = 0; second < 450; ++second)
        held.take_in(heart_rate(second));
    held.associate(440, 450);
    CHECK(held.keeper.pass().value() == 10);
}

TEST_CASE("a movement wakes the keeper", "[held_keeper]") {
    Held held;
    held.keeper.start();
    held.take_in(heart_rate(5));
    held.associate(0, 10);
    held.keeper.wake();
    CHECK(support::eventually([&] { return held.store.reader->inbound_book()->stored == 1; }));
    held.keeper.stop();
}

TEST_CASE("only what a movement can explain counts as held", "[held_keeper]") {
    CHECK(is_held("no_association"));
    CHECK(is_held("ambiguous_association"));
    CHECK_FALSE(is_held("no_mapping"));
    CHECK_FALSE(is_held("bad_patient"));
}

}  // namespace edgeward::app
