#include <edgeward/store/recount.hpp>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include <random>

#include "bench.hpp"
#include "row_check.hpp"

namespace edgeward::store {
namespace {

class Operations {
public:
    Operations(Bench& bench, unsigned seed) : bench_(bench), random_(seed) {}

    void one() {
        switch (random_() % 10) {
            case 0:
                return set_destinations();
            case 1:
                return retry();
            case 2:
                return quarantine();
            case 3:
                return bench_.reopen();
            case 4:
            case 5:
            case 6:
                return settle();
            default:
                return record();
        }
    }

private:
    bool fails() { return random_() % 8 == 0; }
    std::string destination() { return random_() % 2 == 0 ? "kis" : "research"; }

    // Jobs that sometimes fail after having done their work.
    void change(const std::function<Result<void>(ObservationStore&)>& work) {
        const bool failing = fails();
        (void)bench_.change([=](ObservationStore& store) -> Result<void> {
            if (auto done = work(store); !done) return done;
            if (failing) return failure(ErrorKind::rejected, "on purpose");
            return {};
        });
    }
    void record() {
        std::vector<Inbound> messages;
        for (auto count = 1 + random_() % 6; count > 0; --count) {
            const std::string device = random_() % 2 == 0 ? "monitor-1" : "monitor-2";
            const std::uint64_t id = random_() % 3000;
            switch (random_() % 6) {
                case 0:
                    messages.push_back(refused_message("retained", device));
                    break;
                case 1:
                    messages.push_back(
                        quarantined_message(random_() % 2 == 0 ? "no_mapping" : "unknown_patient",
                                            static_cast<std::int64_t>(random_() % 100), device));
                    break;
                case 2:
                    messages.push_back(stored_message(id, 2, 0, device));
                    std::get<Stored>(messages.back().fate)
                        .reports.push_back(report_of(random_() % 3000, 1, 2, device));
                    break;
                default:
                    messages.push_back(stored_message(id, 1 + random_() % 4,
                                                      static_cast<std::uint8_t>(1 + random_() % 5), device));
            }
        }
        change([messages](ObservationStore& store) { return store.record(messages); });
    }
    void settle() {
        const std::string name = destination();
        std::vector<Settlement> settlements;
        const auto due = bench_.reader().pending(name, random_() % 20, 6).value();
        for (const Delivery& delivery : due) {
            const auto state = static_cast<DeliveryState>(1 + random_() % 4);
            if (state == DeliveryState::parked && !delivery.subject) continue;
            settlements.push_back(ended(delivery.report, state, "reason-" + std::to_string(random_() % 2)));
        }
        if (random_() % 9 == 0) settlements.push_back(ended(123'456));
        change([=](ObservationStore& store) { return store.settle(name, settlements); });
    }
    void retry() {
        const std::string name = destination();
        std::vector<std::uint64_t> reports;
        if (random_() % 2 == 0) reports = {random_() % 50, random_() % 50};
        change([=](ObservationStore& store) -> Result<void> {
            auto count = store.retry(name, reports, "user:1");
            if (!count) return failure(count.error());
            return {};
        });
    }
    void quarantine() {
        if (random_() % 3 == 0) {
            const Instant before = at_second(static_cast<std::int64_t>(random_() % 60));
            return change([=](ObservationStore& store) -> Result<void> {
                auto count = store.expire_quarantine(before);
                if (!count) return failure(count.error());
                return {};
            });
        }
        const auto entries = bench_.reader().quarantine(5).value();
        if (entries.empty()) return;
        const std::uint64_t id = entries[random_() % entries.size()].id;
        const Inbound as =
            random_() % 3 == 0 ? refused_message("nothing_measured") : stored_message(random_() % 3000);
        change([=](ObservationStore& store) { return store.resolve_quarantine(id, as, "user:1"); });
    }
    void set_destinations() {
        const bool research = random_() % 3 != 0;
        change([=](ObservationStore& store) {
            return store.set_destinations(research ? std::vector<std::string>{"kis", "research"}
                                                   : std::vector<std::string>{"kis"});
        });
    }

    Bench& bench_;
    std::minstd_rand random_;
};

Reconciliation reconciled(const Bench& bench, Depth depth = Depth::rows) {
    return Reconciler::open(bench.settings, bench.keys)->reconcile(depth).value();
}

std::string told(const std::vector<Difference>& differences) {
    std::string text;
    for (const auto& one : differences)
        text += one.book + ": " + one.line + ": books " + std::to_string(one.kept) + ", rows " +
                std::to_string(one.counted) + "\n";
    return text;
}

void check_balance(const Bench& bench) {
    const Reconciliation made = reconciled(bench);
    CHECK(told(made.differences).empty());
    CHECK(made.as_of == bench.reader().chain()->sequence);
    const InboundBook counted = made.counted->total();
    const InboundBook book = bench.reader().inbound_book().value();
    CHECK(book.received == counted.received);
    CHECK(book.stored == counted.stored);
    CHECK(book.quarantined == counted.quarantined);
    CHECK(book.refused == counted.refused);
    CHECK(book.reports == counted.reports);
    CHECK(book.duplicates == counted.duplicates);
    CHECK(book.refused_messages == counted.refused_messages);
    CHECK(book.quarantined_by_reason == counted.quarantined_by_reason);
    CHECK(book.received == book.stored + book.quarantined + book.refused);
    const auto devices = bench.reader().device_books().value();
    for (const auto& [device, kept] : devices) {
        CAPTURE(device);
        CHECK(kept.balances());
        CHECK(kept.refused_messages == made.counted->devices.at(device).refused_messages);
        CHECK(kept.received == bench.reader().inbound_book(device)->received);
    }
    const auto destinations = bench.reader().destination_books().value();
    CHECK(destinations.size() == made.counted->destinations.size());
    for (const auto& [name, kept] : destinations) {
        CAPTURE(name);
        CHECK(kept.offered == made.counted->destinations.at(name).offered);
        CHECK(kept.balances());
        // No pending report hides below the low-water mark.
        const auto waiting = bench.reader().pending(name, 0, 100'000)->size();
        const auto again = bench.reader().again(name, 0, 100'000)->size();
        CHECK(waiting + again == kept.pending - kept.parked);
    }
}

}  // namespace

TEST_CASE("the books balance with the rows after any run of operations", "[recount]") {
    for (const unsigned seed : {1U, 2U, 3U}) {
        CAPTURE(seed);
        Bench bench;
        Operations operations(bench, seed);
        for (int i = 0; i < 120; ++i)
            operations.one();
        check_balance(bench);
        bench.reopen();
        check_balance(bench);
        CHECK(check_rows(bench.settings, bench.keys)->first_bad == 0);
    }
}

TEST_CASE("a row or a counter changed behind the back of the gateway is named with both counts",
          "[recount]") {
    struct Case {
        const char* change;
        const char* told;
    };
    const auto row = GENERATE(values<Case>({
        {"DELETE FROM delivery WHERE report = 2 AND destination = 1",
         "destination kis: offered: books 3, rows 2\ndestination kis: pending: books 2, rows 1\n"},
        {"UPDATE delivery SET state = 4 WHERE report = 1 AND destination = 1",
         "destination kis: delivered: books 1, rows 0\ndestination kis: filtered: books 0, rows 1\n"},
        {"UPDATE destination SET filtered = 1 WHERE id = 1",
         "destination kis: offered: books 3, rows 4\ndestination kis: filtered: books 1, rows 0\n"},
        {"DELETE FROM quarantine",
         "unknown devices: received: books 1, rows 0\nunknown devices: quarantined: books 1, rows 0\n"},
        {"DELETE FROM observation_id WHERE report = 3", "all devices: observations: books 6, rows 4\n"},
        {"UPDATE inbound_book SET count = count + 1 WHERE entry = 1 AND device = 1",
         "device monitor-1: received: books 4, rows 3\ndevice monitor-1: received: books 4, rows 3\n"},
    }));
    CAPTURE(row.change);
    Bench bench({"kis"});
    REQUIRE(bench.record({stored_message(10), stored_message(20, 2, 1, "monitor-2"), stored_message(30),
                          refused_message("retained"), quarantined_message("unknown_device")}));
    REQUIRE(bench.settle("kis", {ended(1)}));
    REQUIRE(told(reconciled(bench).differences).empty());
    REQUIRE(bench.raw().execute(row.change));
    CHECK(told(reconciled(bench).differences) == row.told);
}

TEST_CASE("without counting rows the books are held against each other", "[recount]") {
    Bench bench({"kis"});
    REQUIRE(bench.record({stored_message(10)}));
    CHECK_FALSE(reconciled(bench, Depth::books).counted);
    CHECK(reconciled(bench, Depth::books).differences.empty());
    REQUIRE(bench.raw().execute("DELETE FROM delivery"));
    CHECK(reconciled(bench, Depth::books).differences.empty());
    REQUIRE(bench.raw().execute("UPDATE destination SET offered = 7"));
    CHECK(told(reconciled(bench, Depth::books).differences) == "destination kis: offered: books 7, rows 1\n");
}

TEST_CASE("a count works without a gateway and does not hinder a running one", "[recount]") {
    Bench bench({"kis"});
    REQUIRE(bench.record({stored_message(10)}));
    std::size_t asked = 0;
    bool written = false;
    const auto reconciler = Reconciler::open(bench.settings, bench.keys);
    for (std::uint64_t id = 100; id < 60'000; id += 1000) {
        std::vector<Inbound> messages;
        for (std::uint64_t i = 0; i < 200; ++i)
            messages.push_back(stored_message(id + 4 * i));
        REQUIRE(bench.record(messages));
    }
    const auto made = reconciler->reconcile(Depth::rows, [&] {
        // While rows are counted, others are written; the count does not see them.
        if (asked++ == 0) written = bench.record({stored_message(99'000)}).has_value();
        return false;
    });
    REQUIRE(made);
    CHECK(asked > 0);
    CHECK(written);
    CHECK(made->differences.empty());
    CHECK(made->counted->total().reports + 1 == bench.reader().inbound_book()->reports);
    bench.close();
    CHECK(reconciled(bench).counted->total().reports == made->counted->total().reports + 1);
}

TEST_CASE("a count that is told to give up ends as unavailable", "[recount]") {
    Bench bench({"kis"});
    for (std::uint64_t id = 0; id < 40'000; id += 800) {
        std::vector<Inbound> messages;
        for (std::uint64_t i = 0; i < 200; ++i)
            messages.push_back(stored_message(id + 4 * i));
        REQUIRE(bench.record(messages));
    }
    const auto made =
        Reconciler::open(bench.settings, bench.keys)->reconcile(Depth::rows, [] { return true; });
    REQUIRE_FALSE(made);
    CHECK(made.error().kind == ErrorKind::unavailable);
}

}  // namespace edgeward::store
