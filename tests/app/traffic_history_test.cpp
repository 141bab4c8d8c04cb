#include "traffic_history.hpp"

#include <catch2/catch_test_macros.hpp>

#include "desk.hpp"

namespace edgeward::app {
namespace {

using Series = std::deque<std::uint64_t>;

constexpr const char* measured = R"({"t":"2026-11-23T18:48:00Z","p":"4711","hr":62})";

}  // namespace

TEST_CASE("before the first interval is over there is no traffic to tell", "[traffic_history]") {
    Desk desk;
    desk.take_in("{");
    TrafficHistory history(*desk.store.reader, desk.clock);
    history.look();
    CHECK(history.traffic().seconds.empty());
    CHECK(history.traffic().received.at("monitor-1").empty());
    CHECK(history.traffic().until == desk.clock.now());
}

TEST_CASE("each interval counts what came in during it and not before the start", "[traffic_history]") {
    Desk desk;
    desk.take_in("{");
    TrafficHistory history(*desk.store.reader, desk.clock);
    history.look();
    desk.take_in("{");
    desk.take_in("{");
    desk.clock.pass(std::chrono::seconds(10));
    history.look();
    desk.clock.pass(std::chrono::seconds(25));  // a look in between did not happen
    history.look();
    const auto seen = history.traffic();
    CHECK(seen.seconds == std::deque<double>{10, 25});
    CHECK(seen.received.at("monitor-1") == Series{2, 0});
}

TEST_CASE("who appears later had nothing in the intervals before", "[traffic_history]") {
    Desk desk;
    TrafficHistory history(*desk.store.reader, desk.clock);
    for (int i = 0; i < 3; ++i) {
        history.look();
        desk.clock.pass(std::chrono::seconds(10));
    }
    desk.take_in("{");
    history.look();
    CHECK(history.traffic().received.at("monitor-1") == Series{0, 0, 1});
}

TEST_CASE("a destination's traffic is what it took and what waits for it", "[traffic_history]") {
    Desk desk;
    REQUIRE(desk.store.writer->run([](store::ObservationStore& to) { return to.set_destinations({"kis"}); }));
    desk.pipeline.replace(Desk::catalogue("flat"));
    TrafficHistory history(*desk.store.reader, desk.clock);
    history.look();
    desk.take_in(measured);
    desk.clock.pass(std::chrono::seconds(10));
    history.look();
    const auto kis = history.traffic().destinations.at("kis");
    CHECK(kis.pending == Series{1});
    CHECK(kis.delivered == Series{0});
}

TEST_CASE("no more than a quarter of an hour is kept", "[traffic_history]") {
    Desk desk;
    desk.take_in("{");
    TrafficHistory history(*desk.store.reader, desk.clock);
    for (std::size_t i = 0; i < TrafficHistory::most_intervals + 5; ++i) {
        history.look();
        desk.clock.pass(TrafficHistory::interval);
    }
    const auto seen = history.traffic();
    CHECK(seen.seconds.size() == TrafficHistory::most_intervals);
    CHECK(seen.received.at("monitor-1").size() == TrafficHistory::most_intervals);
}

}  // namespace edgeward::app
