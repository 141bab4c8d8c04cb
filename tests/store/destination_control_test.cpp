// What operators do with a destination: src/store/destination_control.cpp.

#include <catch2/catch_test_macros.hpp>

#include <edgeward/store/recount.hpp>

#include "bench.hpp"

namespace edgeward::store {
namespace {

using Numbers = std::vector<std::uint64_t>;

Result<void> set_mode(Bench& bench, DestinationMode mode, std::string reason = "maintenance",
                      std::string destination = "kis") {
    return bench.change(
        [=](ObservationStore& store) { return store.set_mode(destination, mode, "user:1000", reason); });
}

Result<std::uint64_t> replay(Bench& bench, Numbers reports, std::string reason = "misdelivery") {
    Result<std::uint64_t> count = 0;
    auto done = bench.change([&count, reports, reason](ObservationStore& store) -> Result<void> {
        count = store.replay("kis", reports, "user:1000", reason);
        if (!count) return failure(count.error());
        return {};
    });
    if (!done) return failure(done.error());
    return count;
}

DestinationControl control_of(const Bench& bench, const std::string& destination = "kis") {
    return bench.reader().destination_controls()->at(destination);
}

}  // namespace

TEST_CASE("a mode is kept over a restart with who set it and why", "[destination_control]") {
    Bench bench;
    CHECK(control_of(bench).mode == DestinationMode::running);
    CHECK_FALSE(control_of(bench).since);
    REQUIRE(set_mode(bench, DestinationMode::paused));
    bench.reopen();
    const DestinationControl control = control_of(bench);
    CHECK(control.active);
    CHECK(control.mode == DestinationMode::paused);
    CHECK(control.since == bench.clock.now());
    CHECK(control.actor == "user:1000");
    CHECK(control.reason == "maintenance");
    CHECK(control_of(bench, "research").mode == DestinationMode::running);
}

TEST_CASE("every change of mode leaves one audit record", "[destination_control]") {
    Bench bench;
    const std::size_t before = bench.records().size();
    REQUIRE(set_mode(bench, DestinationMode::paused));
    REQUIRE(set_mode(bench, DestinationMode::paused));
    REQUIRE(set_mode(bench, DestinationMode::draining, "decommissioning"));
    REQUIRE(set_mode(bench, DestinationMode::running, "other"));
    const auto records = bench.records();
    REQUIRE(records.size() == before + 3);
    CHECK(records[before].event.action == audit::Action::destination_paused);
    CHECK(records[before].event.actor == "user:1000");
    CHECK(records[before].event.object == "kis");
    CHECK(records[before].event.rule == "maintenance");
    CHECK(records[before + 1].event.action == audit::Action::destination_draining);
    CHECK(records[before + 2].event.action == audit::Action::destination_resumed);
}

TEST_CASE("a paused destination goes on queueing and a draining one does not", "[destination_control]") {
    Bench bench;
    REQUIRE(set_mode(bench, DestinationMode::paused));
    REQUIRE(bench.record({stored_message(1)}));
    CHECK(bench.reader().destination_books()->at("kis").offered == 1);
    REQUIRE(set_mode(bench, DestinationMode::draining));
    REQUIRE(bench.record({stored_message(11)}));
    CHECK(bench.reader().destination_books()->at("kis").offered == 1);
    CHECK(bench.reader().destination_books()->at("research").offered == 2);
    REQUIRE(set_mode(bench, DestinationMode::running));
    REQUIRE(bench.record({stored_message(21)}));
    CHECK(numbers_of(bench.reader().pending("kis", 0, 9).value()) == Numbers{1, 3});
}

TEST_CASE("a reason that is not on the list or an unknown destination is refused", "[destination_control]") {
    Bench bench;
    const auto refused = set_mode(bench, DestinationMode::paused, "Frau Beispiel wants it");
    REQUIRE_FALSE(refused);
    CHECK(refused.error().kind == ErrorKind::invalid_input);
    CHECK(refused.error().message.find("Beispiel") == std::string::npos);
    CHECK(refused.error().message.find("maintenance") != std::string::npos);
    CHECK_FALSE(set_mode(bench, DestinationMode::paused, "maintenance", "nobody"));
    CHECK_FALSE(replay(bench, {1}, "just so"));
    CHECK(control_of(bench).mode == DestinationMode::running);
}

TEST_CASE("a replay makes delivered reports pending again and the books go on balancing",
          "[destination_control]") {
    Bench bench({"kis"});
    REQUIRE(bench.record({stored_message(1), stored_message(11), stored_message(21)}));
    REQUIRE(bench.settle("kis", {ended(1), ended(2), ended(3, DeliveryState::dead, "AR")}));
    CHECK(replay(bench, {1, 2, 3, 99}).value() == 2);
    auto book = bench.reader().destination_books()->at("kis");
    CHECK(book.offered == 3);
    CHECK(book.delivered == 0);
    CHECK(book.pending == 2);
    CHECK(book.dead == 1);
    CHECK(numbers_of(bench.reader().again("kis", 0, 9).value()) == Numbers{1, 2});
    CHECK(bench.records().back().event.action == audit::Action::reports_replayed);
    CHECK(bench.records().back().event.object == "kis reports 1-99");
    CHECK(bench.records().back().event.rule == "misdelivery");
    CHECK(bench.records().back().event.count == 2);
    const auto counted = Reconciler::open(bench.settings, bench.keys).value().reconcile(Depth::rows).value();
    CHECK(counted.differences.empty());
    CHECK(counted.counted->destinations.at("kis").pending == 2);
    REQUIRE(bench.settle("kis", {ended(1), ended(2)}));
    book = bench.reader().destination_books()->at("kis");
    CHECK(book.delivered == 2);
    CHECK(book.pending == 0);
    CHECK(replay(bench, {3}).value() == 0);  // a dead letter is retried, not replayed
}

}  // namespace edgeward::store
