#include "delivery_queue.hpp"

#include <catch2/catch_test_macros.hpp>

#include "bench.hpp"

namespace edgeward::store {
namespace {

using Numbers = std::vector<std::uint64_t>;

Numbers pending(const Bench& bench, const std::string& destination = "kis", std::uint64_t after = 0) {
    return numbers_of(bench.reader().pending(destination, after, 100).value());
}

Numbers again(const Bench& bench, std::uint64_t after = 0) {
    return numbers_of(bench.reader().again("kis", after, 100).value());
}

// Reports 1 to `count` of persons 1, 2, 3, 1, …
void fill(Bench& bench, std::uint64_t count) {
    std::vector<Inbound> messages;
    for (std::uint64_t i = 0; i < count; ++i)
        messages.push_back(stored_message(10 * i, 1, static_cast<std::uint8_t>(1 + i % 3)));
    REQUIRE(bench.record(std::move(messages)));
}

Result<std::uint64_t> retry(Bench& bench, Numbers reports) {
    Result<std::uint64_t> count = 0;
    auto done = bench.change([&count, reports](ObservationStore& store) -> Result<void> {
        count = store.retry("kis", reports, "user:1000");
        if (!count) return failure(count.error());
        return {};
    });
    if (!done) return failure(done.error());
    return count;
}

DestinationBook book_of(const Bench& bench, const std::string& destination = "kis") {
    return bench.reader().destination_books()->at(destination);
}

}  // namespace

TEST_CASE("every report is queued for every destination in order", "[delivery_queue]") {
    Bench bench;
    fill(bench, 3);
    CHECK(pending(bench, "kis") == Numbers{1, 2, 3});
    CHECK(pending(bench, "research") == Numbers{1, 2, 3});
    CHECK(pending(bench, "kis", 1) == Numbers{2, 3});
    CHECK(pending(bench, "nobody").empty());
    CHECK(bench.reader().pending("kis", 0, 2)->size() == 2);
    CHECK(book_of(bench).offered == 3);
    CHECK(book_of(bench).pending == 3);
    CHECK(book_of(bench).oldest_pending == at_second(0));
}

TEST_CASE("a settled report is not claimed again and does not concern other destinations",
          "[delivery_queue]") {
    Bench bench;
    fill(bench, 4);
    REQUIRE(bench.settle("kis", {ended(1), ended(3), ended(2, DeliveryState::dead, "AR")}));
    CHECK(pending(bench) == Numbers{4});
    CHECK(pending(bench, "research").size() == 4);
    const DestinationBook book = book_of(bench);
    CHECK(book.delivered == 2);
    CHECK(book.dead == 1);
    CHECK(book.pending == 1);
    CHECK(book.offered == book.delivered + book.pending + book.dead + book.filtered + book.erased);
    const auto dead = bench.reader().dead_letters("kis", 10).value();
    REQUIRE(dead.size() == 1);
    CHECK(dead.front().report == 2);
    CHECK(dead.front().reason == "AR");
    CHECK(dead.front().device == "monitor-1");
}

TEST_CASE("the low-water mark follows the oldest pending report", "[delivery_queue]") {
    Bench bench({"kis"});
    const auto low_water = [&] {
        return bench.number("SELECT low_water FROM destination WHERE name = 'kis'");
    };
    fill(bench, 5);
    REQUIRE(bench.settle("kis", {ended(2), ended(3)}));
    CHECK(low_water() == 0);
    REQUIRE(bench.settle("kis", {ended(1)}));
    CHECK(low_water() == 3);
    REQUIRE(bench.settle("kis", {ended(5), parked_until(4, at_second(9))}));
    CHECK(low_water() == 5);
    REQUIRE(retry(bench, {4}).value() == 1);
    CHECK(low_water() == 5);  // claims and commits need not walk over what was settled since
    CHECK(pending(bench).empty());
    CHECK(again(bench) == Numbers{4});
}

TEST_CASE("a parked report waits for its time and keeps its place", "[delivery_queue]") {
    Bench bench;
    fill(bench, 6);  // person 1: 1 4, person 2: 2 5, person 3: 3 6
    REQUIRE(bench.settle("kis", {parked_until(1, at_second(50)), parked_until(4, at_second(0)),
                                 parked_until(2, at_second(70))}));
    CHECK(pending(bench) == Numbers{3, 5, 6});
    CHECK(numbers_of(bench.reader().parked("kis", person(1), 10).value()) == Numbers{1, 4});
    CHECK(bench.reader().parked("kis", person(3), 10)->empty());
    CHECK(bench.reader().parked("research", person(1), 10)->empty());
    const auto subjects = bench.reader().parked_subjects("kis").value();
    REQUIRE(subjects.size() == 2);
    CHECK(subjects[0] == std::pair(person(1), at_second(50)));
    CHECK(subjects[1] == std::pair(person(2), at_second(70)));
    CHECK(book_of(bench).parked == 3);
    CHECK(book_of(bench).pending == 6);
    CHECK(book_of(bench).oldest_pending == at_second(0));
    REQUIRE(bench.settle("kis", {ended(1)}));
    CHECK(bench.reader().parked("kis", person(1), 10)->front().attempts == 1);
    CHECK(book_of(bench).parked == 2);
}

TEST_CASE("a report without a person cannot be parked", "[delivery_queue]") {
    Bench bench;
    REQUIRE(bench.record({stored_message(1, 1, 0)}));
    const auto parked = bench.settle("kis", {parked_until(1, at_second(5))});
    REQUIRE_FALSE(parked);
    CHECK(parked.error().kind == ErrorKind::invalid_input);
    CHECK(pending(bench) == Numbers{1});
}

TEST_CASE("settling what has ended changes nothing", "[delivery_queue]") {
    Bench bench;
    fill(bench, 1);
    REQUIRE(bench.settle("kis", {ended(1)}));
    const std::size_t records = bench.records().size();
    REQUIRE(bench.settle("kis", {ended(1, DeliveryState::dead, "AR")}));
    CHECK(book_of(bench).delivered == 1);
    CHECK(book_of(bench).dead == 0);
    CHECK(bench.records().size() == records);
}

TEST_CASE("a settlement of an unknown report or destination fails as a whole", "[delivery_queue]") {
    Bench bench;
    fill(bench, 2);
    CHECK_FALSE(bench.settle("kis", {ended(1), ended(77)}));
    CHECK_FALSE(bench.settle("nobody", {ended(1)}));
    CHECK_FALSE(bench.settle("kis", {ended(1, DeliveryState::pending)}));
    CHECK_FALSE(bench.settle("kis", {ended(1, DeliveryState::again)}));
    CHECK(pending(bench) == Numbers{1, 2});
    CHECK(book_of(bench).delivered == 0);
}

TEST_CASE("a report whose person is gone is settled as erased with a record", "[delivery_queue]") {
    Bench bench;
    fill(bench, 2);
    REQUIRE(bench.settle("kis", {ended(1, DeliveryState::erased, "erased")}));
    CHECK(book_of(bench).erased == 1);
    CHECK(book_of(bench).balances());
    CHECK(pending(bench) == Numbers{2});
    CHECK(bench.records().back().event.action == audit::Action::deliveries_erased);
    CHECK(bench.records().back().event.outcome == audit::Outcome::success);
    REQUIRE(bench.record({stored_message(900, 1, 0)}));
    CHECK_FALSE(bench.settle("kis", {ended(3, DeliveryState::erased)}));  // about nobody
}

TEST_CASE("dead and parked reports can be tried again by number or all together", "[delivery_queue]") {
    Bench bench;
    fill(bench, 5);
    REQUIRE(bench.settle("kis",
                         {ended(1, DeliveryState::dead, "AR"), ended(2, DeliveryState::dead, "AR"), ended(3),
                          parked_until(4, at_second(9)), ended(5, DeliveryState::filtered, "no-consent")}));
    CHECK(retry(bench, {2, 3, 5, 99}).value() == 1);
    CHECK(again(bench) == Numbers{2});
    CHECK(retry(bench, {}).value() == 2);
    CHECK(again(bench) == Numbers{1, 2, 4});
    CHECK(again(bench, 1) == Numbers{2, 4});
    CHECK(retry(bench, {}).value() == 0);
    const DestinationBook book = book_of(bench);
    CHECK(book.dead == 0);
    CHECK(book.parked == 0);
    CHECK(book.pending == 3);
    CHECK(book.oldest_pending == at_second(0));
    CHECK(bench.records().back().event.action == audit::Action::dead_letter_retried);
    CHECK(bench.records().back().event.actor == "user:1000");
    CHECK(bench.records().back().event.count == 2);
}

TEST_CASE("a new destination starts with what is stored from then on", "[delivery_queue]") {
    Bench bench({"kis"});
    fill(bench, 2);
    REQUIRE(bench.change([](ObservationStore& store) { return store.set_destinations({"kis", "lis"}); }));
    REQUIRE(bench.record({stored_message(900)}));
    CHECK(pending(bench, "lis") == Numbers{3});
    CHECK(pending(bench, "kis") == Numbers{1, 2, 3});
}

TEST_CASE("a destination taken out of the configuration keeps its queue but gets nothing more",
          "[delivery_queue]") {
    Bench bench;
    fill(bench, 2);
    REQUIRE(bench.change([](ObservationStore& store) { return store.set_destinations({"research"}); }));
    REQUIRE(bench.record({stored_message(900)}));
    CHECK(book_of(bench).offered == 2);
    bench.reopen();
    REQUIRE(bench.change([](ObservationStore& store) {
        return store.set_destinations({"kis", "research", "kis"});
    }));
    REQUIRE(bench.record({stored_message(910)}));
    CHECK(pending(bench, "kis") == Numbers{1, 2, 4});
    CHECK(pending(bench, "research") == Numbers{1, 2, 3, 4});
}

TEST_CASE("settling writes one audit record for each state and person and reason", "[delivery_queue]") {
    Bench bench({"kis"});
    fill(bench, 6);
    const std::size_t before = bench.records().size();
    REQUIRE(bench.settle("kis",
                         {ended(1), ended(4), ended(2), ended(5, DeliveryState::dead, "AR"),
                          ended(3, DeliveryState::filtered, "no-consent"), parked_until(6, at_second(9))}));
    auto records = bench.records();
    records.erase(records.begin(), records.begin() + static_cast<std::ptrdiff_t>(before));
    REQUIRE(records.size() == 4);
    CHECK(records[0].event.action == audit::Action::delivered);
    CHECK(records[0].event.actor == "destination:kis");
    CHECK(records[0].event.subject == person(1));
    CHECK(records[0].event.object == "reports 1-4");
    CHECK(records[0].event.count == 2);
    CHECK(records[1].event.subject == person(2));
    CHECK(records[1].event.object == "report 2");
    CHECK(records[2].event.action == audit::Action::dead_lettered);
    CHECK(records[2].event.outcome == audit::Outcome::failure);
    CHECK(records[3].event.action == audit::Action::filtered);
    CHECK(records[3].event.outcome == audit::Outcome::denied);
    CHECK(records[3].event.rule == "no-consent");
}

namespace {

// How a claimed report ended, with what its row said.
Settlement as_claimed(const Delivery& row, DeliveryState state = DeliveryState::delivered,
                      std::string reason = {}) {
    Settlement settlement = ended(row.report, state, std::move(reason));
    settlement.claimed = {row.subject, row.digest};
    return settlement;
}

}  // namespace

TEST_CASE("what a claimed report ends as is recorded as if its row had been looked up", "[delivery_queue]") {
    Bench bench;
    fill(bench, 3);
    const auto rows = bench.reader().pending("kis", 0, 10).value();
    REQUIRE(rows.size() == 3);
    REQUIRE(bench.settle("kis", {as_claimed(rows[0]), as_claimed(rows[1], DeliveryState::dead, "AR"),
                                 as_claimed(rows[2], DeliveryState::filtered, "no-consent")}));
    const auto claimed = bench.records();
    REQUIRE(bench.settle("research", {ended(1), ended(2, DeliveryState::dead, "AR"),
                                      ended(3, DeliveryState::filtered, "no-consent")}));
    const auto both = bench.records();
    REQUIRE(both.size() == claimed.size() + 3);
    for (std::size_t i = 0; i < 3; ++i) {
        const audit::Event& quick = both[claimed.size() - 3 + i].event;
        const audit::Event& looked_up = both[claimed.size() + i].event;
        CHECK(quick.actor == "destination:kis");
        CHECK(quick.action == looked_up.action);
        CHECK(quick.subject == looked_up.subject);
        CHECK(quick.object == looked_up.object);
        CHECK(quick.details == looked_up.details);
    }
    CHECK(pending(bench).empty());
    CHECK(book_of(bench).balances());
    CHECK(book_of(bench).delivered == 1);
    CHECK(book_of(bench).dead == 1);
    CHECK(book_of(bench).filtered == 1);
}

TEST_CASE("a claimed report that ended meanwhile stays as it ended", "[delivery_queue]") {
    Bench bench;
    fill(bench, 3);
    const auto rows = bench.reader().pending("kis", 0, 10).value();
    REQUIRE(bench.settle("kis", {ended(1, DeliveryState::erased, "erased"), ended(2)}));
    REQUIRE(bench.settle("kis", {parked_until(3, at_second(9))}));
    const auto before = bench.records().size();
    REQUIRE(bench.settle("kis", {as_claimed(rows[0]), as_claimed(rows[1], DeliveryState::dead, "AR")}));
    CHECK(bench.records().size() == before);
    CHECK(book_of(bench).erased == 1);
    CHECK(book_of(bench).delivered == 1);
    CHECK(book_of(bench).dead == 0);
    REQUIRE(bench.settle("kis", {as_claimed(rows[2])}));  // it was parked: its row is looked up
    CHECK(book_of(bench).delivered == 2);
    CHECK(book_of(bench).parked == 0);
    CHECK(book_of(bench).balances());
}

}  // namespace edgeward::store
