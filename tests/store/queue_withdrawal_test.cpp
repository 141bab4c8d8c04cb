#include <catch2/catch_test_macros.hpp>

#include "bench.hpp"

namespace edgeward::store {
namespace {

struct Moved : Bench {
    Moved() : Bench({"kis"}) {}
    void reassign(std::uint64_t report) {
        must(change([&](ObservationStore& store) -> Result<void> {
            auto moved = store.reassign({to_person_2(report, 100 + report)});
            if (!moved) return failure(std::move(moved.error()));
            return {};
        }));
    }
};
using Numbers = std::vector<std::uint64_t>;

}  // namespace

TEST_CASE("what was sent while it was taken back is taken back too", "[queue_withdrawal]") {
    Moved bench;
    REQUIRE(bench.record({stored_message(1, 1)}));
    bench.reassign(1);  // to 2 and 3
    CHECK(numbers_of(bench.reader().pending("kis", 0, 9).value()) == Numbers{3});
    REQUIRE(bench.settle("kis", {ended(3)}));
    CHECK(bench.reader().again("kis", 0, 9)->empty());
    REQUIRE(bench.settle("kis", {ended(1)}));  // the acknowledgement was on its way
    CHECK(numbers_of(bench.reader().again("kis", 0, 9).value()) == Numbers{2});
    REQUIRE(bench.settle("kis", {ended(1)}));
    const auto book = bench.reader().destination_books()->at("kis");
    CHECK(book.offered == 3);
    CHECK(book.filtered == 1);
    CHECK(book.delivered == 1);
    CHECK(book.pending == 1);
    REQUIRE(bench.settle("kis", {ended(2)}));
    CHECK(bench.reader().again("kis", 0, 9)->empty());
    CHECK(bench.reader().destination_books()->at("kis").delivered == 2);
}

TEST_CASE("what ended without being sent needs nothing to take it back", "[queue_withdrawal]") {
    Moved bench;
    REQUIRE(bench.record({stored_message(1, 1)}));
    bench.reassign(1);
    REQUIRE(bench.settle("kis", {ended(1, DeliveryState::filtered, "reassigned")}));
    CHECK(bench.reader().again("kis", 0, 9)->empty());
}

TEST_CASE("parked and dead reports may be there and are taken back", "[queue_withdrawal]") {
    Moved bench;
    REQUIRE(bench.record({stored_message(1, 1), stored_message(2, 1), stored_message(3, 1)}));
    REQUIRE(bench.settle("kis", {parked_until(1, at_second(99)), ended(2, DeliveryState::dead, "refused"),
                                 ended(3, DeliveryState::filtered, "no")}));
    bench.reassign(1);
    CHECK(numbers_of(bench.reader().pending("kis", 0, 9).value()) == Numbers{4, 5});
    CHECK(bench.reader().parked("kis", person(1), 9)->empty());
    bench.reassign(2);
    CHECK(numbers_of(bench.reader().pending("kis", 5, 9).value()) == Numbers{6, 7});
    bench.reassign(3);
    CHECK(numbers_of(bench.reader().pending("kis", 7, 9).value()) == Numbers{9});
}

TEST_CASE("what was taken back is neither retried nor replayed", "[queue_withdrawal]") {
    Moved bench;
    REQUIRE(bench.record({stored_message(1, 1), stored_message(2, 1)}));
    REQUIRE(bench.settle("kis", {ended(1), ended(2, DeliveryState::dead, "refused")}));
    bench.reassign(1);
    bench.reassign(2);
    std::uint64_t released = 0;
    must(bench.change([&](ObservationStore& store) -> Result<void> {
        released += store.replay("kis", {1}, "user:1", "other").value();
        released += store.retry("kis", {2}, "user:1").value();
        return {};
    }));
    CHECK(released == 0);
    CHECK(bench.reader().again("kis", 0, 9)->empty());
}

TEST_CASE("claims go on behind reports that were taken back", "[queue_withdrawal]") {
    Moved bench;
    REQUIRE(bench.record({stored_message(1, 1), stored_message(2, 1)}));
    bench.reassign(1);
    bench.reopen();
    CHECK(numbers_of(bench.reader().pending("kis", 0, 9).value()) == Numbers{2, 4});
    CHECK(bench.number("SELECT low_water FROM destination") == 1);
}

}  // namespace edgeward::store
