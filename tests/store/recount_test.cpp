#include "recount.hpp"

#include <catch2/catch_test_macros.hpp>

#include <random>

#include "bench.hpp"

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

void check_balance(const Bench& bench) {
    const Recount counted = recount(bench.settings, bench.keys).value();
    const InboundBook book = bench.reader().inbound_book().value();
    CHECK(book.received == counted.inbound.received);
    CHECK(book.stored == counted.inbound.stored);
    CHECK(book.quarantined == counted.inbound.quarantined);
    CHECK(book.refused == counted.inbound.refused);
    CHECK(book.reports == counted.inbound.reports);
    CHECK(book.observations == counted.inbound.observations);
    CHECK(book.duplicates == counted.inbound.duplicates);
    CHECK(book.refused_messages == counted.inbound.refused_messages);
    CHECK(book.quarantined_by_reason == counted.inbound.quarantined_by_reason);
    CHECK(book.received == book.stored + book.quarantined + book.refused);
    const auto destinations = bench.reader().destination_books().value();
    CHECK(destinations.size() == counted.destinations.size());
    for (const auto& [name, kept] : destinations) {
        const DestinationBook& real = counted.destinations.at(name);
        CAPTURE(name);
        CHECK(kept.offered == real.offered);
        CHECK(kept.pending == real.pending);
        CHECK(kept.parked == real.parked);
        CHECK(kept.delivered == real.delivered);
        CHECK(kept.dead == real.dead);
        CHECK(kept.filtered == real.filtered);
        CHECK(kept.offered == kept.pending + kept.delivered + kept.dead + kept.filtered + kept.erased);
        // No pending report hides below the low-water mark.
        CHECK(bench.reader().pending(name, 0, 100'000)->size() == kept.pending - kept.parked);
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

TEST_CASE("a report changed or removed behind the back of the gateway is named", "[recount]") {
    for (const char* change :
         {"UPDATE report SET sealed = x'00' WHERE number = 4", "DELETE FROM report WHERE number = 4",
          "UPDATE report SET subject = NULL WHERE number = 4",
          "UPDATE report SET received = received + 1, digest = digest WHERE number = 4"}) {
        CAPTURE(change);
        Bench bench;
        REQUIRE(bench.record({stored_message(10), stored_message(20)}));
        REQUIRE(bench.record({stored_message(30)}));
        REQUIRE(bench.record({stored_message(40), stored_message(50)}));
        CHECK(check_rows(bench.settings, bench.keys)->batches == 3);
        CHECK(check_rows(bench.settings, bench.keys)->first_bad == 0);
        REQUIRE(bench.raw().execute(change));
        CHECK(check_rows(bench.settings, bench.keys)->first_bad == 4);
    }
}

TEST_CASE("a report exchanged together with its digest is found by the batch record", "[recount]") {
    Bench bench;
    REQUIRE(bench.record({stored_message(10), stored_message(20)}));
    REQUIRE(bench.raw().execute("UPDATE report SET digest = zeroblob(32) WHERE number = 2"));
    CHECK(check_rows(bench.settings, bench.keys)->first_bad == 1);
}

}  // namespace edgeward::store
