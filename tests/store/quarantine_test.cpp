#include "quarantine.hpp"

#include <catch2/catch_test_macros.hpp>

#include "bench.hpp"

namespace edgeward::store {
namespace {

Result<std::uint64_t> expire(Bench& bench, Instant before) {
    Result<std::uint64_t> count = 0;
    auto done = bench.change([&](ObservationStore& store) -> Result<void> {
        count = store.expire_quarantine(before);
        if (!count) return failure(count.error());
        return {};
    });
    if (!done) return failure(done.error());
    return count;
}

}  // namespace

TEST_CASE("a quarantined message comes back as it was put in", "[quarantine]") {
    Bench bench;
    REQUIRE(bench.record({quarantined_message("no_mapping", 7, "pump-7")}));
    const QuarantineEntry entry = bench.reader().quarantine_entry(1).value();
    CHECK(entry.id == 1);
    CHECK(entry.device == "pump-7");
    CHECK(entry.received == at_second(7));
    CHECK(entry.reason == "no_mapping");
    CHECK(entry.detail == "no mapping for the message");
    CHECK(entry.sealed_topic == Bytes(20, 7));
    CHECK(entry.sealed_payload == Bytes(60, 8));
    CHECK(bench.reader().quarantine(10)->size() == 1);
    CHECK_FALSE(bench.reader().quarantine_entry(2));
}

TEST_CASE("a replayed message moves from quarantine to the device it is from", "[quarantine]") {
    Bench bench;
    REQUIRE(bench.record({quarantined_message("unknown_device"), quarantined_message("unknown_device")}));
    REQUIRE(bench.change(
        [](ObservationStore& store) { return store.resolve_quarantine(1, stored_message(1), "user:1000"); }));
    CHECK(bench.reader().quarantine(10)->size() == 1);
    const InboundBook book = bench.reader().inbound_book().value();
    CHECK(book.received == 2);
    CHECK(book.stored == 1);
    CHECK(book.quarantined == 1);
    CHECK(bench.reader().inbound_book("monitor-1")->received == 1);
    CHECK(bench.reader().pending("kis", 0, 9)->size() == 1);
    const auto records = bench.records();
    CHECK(records.back().event.action == audit::Action::quarantine_replayed);
    CHECK(records.back().event.actor == "user:1000");
    CHECK(records.back().event.object == "entry 1");
    CHECK(records.back().event.rule == "unknown_device");
}

TEST_CASE("a replay that is no resolution leaves the entry", "[quarantine]") {
    Bench bench;
    REQUIRE(bench.record({quarantined_message("unknown_device")}));
    CHECK_FALSE(bench.change([](ObservationStore& store) {
        return store.resolve_quarantine(1, quarantined_message("no_mapping"), "user:1000");
    }));
    CHECK_FALSE(bench.change(
        [](ObservationStore& store) { return store.resolve_quarantine(2, stored_message(1), "user:1000"); }));
    CHECK(bench.reader().quarantine(10)->size() == 1);
    CHECK(bench.reader().inbound_book()->quarantined == 1);
}

TEST_CASE("old entries expire into the refused messages and ids are not used again", "[quarantine]") {
    Bench bench;
    REQUIRE(bench.record({quarantined_message("no_mapping", 1), quarantined_message("no_mapping", 2),
                          quarantined_message("unknown_patient", 3), quarantined_message("no_mapping", 9)}));
    CHECK(expire(bench, at_second(5)).value() == 3);
    CHECK(expire(bench, at_second(5)).value() == 0);
    const InboundBook book = bench.reader().inbound_book().value();
    CHECK(book.quarantined == 1);
    CHECK(book.refused_messages.at("quarantine_expired") == 3);
    CHECK(book.quarantined_by_reason.count("unknown_patient") == 0);
    CHECK(book.received == book.stored + book.quarantined + book.refused);
    CHECK(bench.records().back().event.action == audit::Action::quarantine_expired);
    CHECK(bench.records().back().event.count == 3);
    CHECK(expire(bench, at_second(100)).value() == 1);
    REQUIRE(bench.record({quarantined_message("no_mapping", 11)}));
    CHECK(bench.reader().quarantine(1)->front().id == 5);
}

}  // namespace edgeward::store
