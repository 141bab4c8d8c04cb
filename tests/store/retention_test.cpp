#include "retention.hpp"

#include <catch2/catch_test_macros.hpp>

#include <edgeward/store/recount.hpp>

#include "bench.hpp"
#include "row_check.hpp"

namespace edgeward::store {
namespace {

using Numbers = std::vector<std::uint64_t>;

// Reports 1 to `count`, each received one second after the other; every third is about no person.
void fill(Bench& bench, std::uint64_t count) {
    std::vector<Inbound> messages;
    for (std::uint64_t i = 0; i < count; ++i)
        messages.push_back(stored_message(10 + i, 1, i % 3 == 2 ? 0 : 1));
    for (std::uint64_t i = 0; i < count; ++i) {
        messages[i].received = at_second(static_cast<std::int64_t>(i));
        auto& report = std::get<Stored>(messages[i].fate).reports.front();
        report.received = messages[i].received;
        report.observations = {observation((std::uint64_t{1} << 40U) + i)};
    }
    REQUIRE(bench.record(std::move(messages)));
}

RetentionLimits all_before(std::int64_t second) {
    return {at_second(second), at_second(second), Instant{}, {}};
}

Retired retire(Bench& bench, const RetentionLimits& limits, std::uint64_t after = 0, std::size_t most = 100) {
    Retired retired;
    REQUIRE(bench.change([&](ObservationStore& store) -> Result<void> {
        auto done = store.retire(limits, after, most);
        if (!done) return failure(done.error());
        retired = *done;
        return {};
    }));
    return retired;
}

// The numbers of reports that still have a body.
Numbers kept(const Bench& bench) {
    auto connection = bench.raw();
    auto select = connection.prepare("SELECT number FROM report WHERE length(sealed) > 0 ORDER BY number");
    Numbers numbers;
    while (select.value().step().value())
        numbers.push_back(static_cast<std::uint64_t>(select->integer(0)));
    return numbers;
}

Reconciliation recounted(const Bench& bench) {
    return Reconciler::open(bench.settings, bench.keys).value().reconcile(Depth::rows).value();
}

void deliver(Bench& bench, const Numbers& reports, const std::string& destination = "kis") {
    std::vector<Settlement> settlements;
    for (const auto report : reports)
        settlements.push_back(ended(report));
    REQUIRE(bench.settle(destination, settlements));
}

}  // namespace

TEST_CASE("a report goes when its time is over and every destination has it", "[retention]") {
    Bench bench;
    fill(bench, 6);
    deliver(bench, {1, 2, 3, 4, 5, 6});
    deliver(bench, {1, 2, 4, 5, 6}, "research");  // 3 is pending there
    const Retired retired = retire(bench, all_before(4));
    CHECK(retired.removed == 3);
    CHECK(retired.finished);
    CHECK(kept(bench) == Numbers{3, 5, 6});
    CHECK(bench.number("SELECT count(*) FROM report WHERE length(sealed) = 0 AND subject IS NOT NULL") == 0);
    deliver(bench, {3}, "research");
    CHECK(retire(bench, all_before(4)).removed == 1);
    CHECK(kept(bench) == Numbers{5, 6});
}

TEST_CASE("nothing undelivered goes however old it is", "[retention]") {
    Bench bench({"kis"});
    fill(bench, 5);
    REQUIRE(bench.settle("kis", {parked_until(1, at_second(9)), ended(2, DeliveryState::dead, "AR"),
                                 ended(4, DeliveryState::filtered, "no-consent")}));
    // A destination that is not configured any more still has its queue.
    REQUIRE(bench.change([](ObservationStore& store) { return store.set_destinations({}); }));
    CHECK(retire(bench, all_before(1'000'000)).removed == 1);
    CHECK(kept(bench) == Numbers{1, 2, 3, 5});
    RetentionLimits limits = all_before(1'000'000);
    limits.dead_before = bench.clock.now() + std::chrono::seconds(1);
    CHECK(retire(bench, limits).removed == 1);
    CHECK(kept(bench) == Numbers{1, 3, 5});
}

TEST_CASE("clinical and technical reports have limits of their own", "[retention]") {
    Bench bench({"kis"});
    fill(bench, 6);  // 3 and 6 are technical
    deliver(bench, {1, 2, 3, 4, 5, 6});
    const RetentionLimits limits{at_second(1), at_second(100), Instant{}, {}};
    CHECK(retire(bench, limits).removed == 3);
    CHECK(kept(bench) == Numbers{2, 4, 5});
}

TEST_CASE("reports of persons that are kept stay however old they are", "[retention]") {
    Bench bench({"kis"});
    fill(bench, 6);  // 3 and 6 are about nobody
    deliver(bench, {1, 2, 3, 4, 5, 6});
    RetentionLimits limits = all_before(100);
    limits.kept = {person(1)};
    CHECK(retire(bench, limits).removed == 2);
    CHECK(kept(bench) == Numbers{1, 2, 4, 5});
    limits.kept = {person(2)};
    CHECK(retire(bench, limits).removed == 4);
}

TEST_CASE("a removal leaves a record and the books and the batches stay as they are", "[retention]") {
    Bench bench({"kis"});
    fill(bench, 4);
    deliver(bench, {1, 2, 4});
    const auto before = bench.reader().inbound_book()->reports;
    CHECK(retire(bench, all_before(100)).removed == 3);
    const auto record = bench.records().back();
    CHECK(record.event.action == audit::Action::reports_removed);
    CHECK(record.event.actor == "gateway");
    CHECK(record.event.object == "reports 1-4");
    CHECK(record.event.count == 3);
    CHECK(bench.reader().inbound_book()->reports == before);
    const auto counted = recounted(bench);
    CHECK(counted.differences.empty());
    CHECK(counted.counted->total().reports == 4);
    CHECK(counted.counted->destinations.at("kis").delivered == 3);
    const auto checked = check_rows(bench.settings, bench.keys).value();
    CHECK(checked.removed == 3);
    CHECK(checked.first_bad == 0);
}

TEST_CASE("a body that somebody else took out is found", "[retention]") {
    Bench bench({"kis"});
    fill(bench, 3);
    REQUIRE(bench.raw().execute("UPDATE report SET sealed = x'', subject = NULL WHERE number = 2"));
    CHECK(check_rows(bench.settings, bench.keys)->first_bad == 2);
}

TEST_CASE("a removed report is neither replayed nor retried", "[retention]") {
    Bench bench({"kis"});
    fill(bench, 2);
    REQUIRE(bench.settle("kis", {ended(1), ended(2, DeliveryState::dead, "AR")}));
    RetentionLimits limits = all_before(100);
    limits.dead_before = bench.clock.now() + std::chrono::seconds(1);
    REQUIRE(retire(bench, limits).removed == 2);
    CHECK(bench.reader().acknowledged("kis", 0, Instant{}, at_second(1'000'000), 9)->reports.empty());
    std::uint64_t released = 9;
    REQUIRE(bench.change([&](ObservationStore& store) -> Result<void> {
        const auto replayed = store.replay("kis", {1, 2}, "user:1", "other");
        const auto retried = store.retry("kis", {}, "user:1");
        released = *replayed + *retried;
        return {};
    }));
    CHECK(released == 0);
    CHECK(bench.reader().destination_books()->at("kis").dead == 1);
}

TEST_CASE("the store is worked through in stretches and what is done is not looked at again", "[retention]") {
    Bench bench({"kis"});
    fill(bench, 10);
    deliver(bench, {1, 2, 3, 4, 5, 6, 7, 8, 9, 10});
    const auto first = retire(bench, all_before(100), 0, 4);
    CHECK(first.removed == 4);
    CHECK(first.looked_to == 4);
    CHECK_FALSE(first.finished);
    CHECK(bench.number("SELECT value FROM retention WHERE name = 'retired_through'") == 4);
    CHECK(retire(bench, all_before(100), 0, 4).looked_to == 8);
    const auto last = retire(bench, all_before(100), 8, 4);
    CHECK(last.removed == 2);
    CHECK(last.finished);
}

TEST_CASE("ids of removed reports go with their hour and are still counted", "[retention]") {
    Bench bench({"kis"});
    fill(bench, 4);
    deliver(bench, {1, 2, 3});
    REQUIRE(retire(bench, all_before(100)).removed == 3);
    const auto forget = [&](Instant before) {
        Forgotten forgotten;
        REQUIRE(bench.change([&](ObservationStore& store) -> Result<void> {
            auto done = store.forget_ids(before, Bytes{}, 100);
            if (!done) return failure(done.error());
            forgotten = *done;
            return {};
        }));
        return forgotten;
    };
    CHECK(forget(Instant{}).removed == 0);  // their hour is not before that
    const auto forgotten = forget(at_second(0));
    CHECK(forgotten.removed == 3);
    CHECK(forgotten.finished);
    CHECK(bench.number("SELECT count(*) FROM observation_id") == 1);
    CHECK(recounted(bench).differences.empty());
}

}  // namespace edgeward::store
