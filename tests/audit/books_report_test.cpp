#include <edgeward/audit/books_report.hpp>

#include <catch2/catch_test_macros.hpp>

#include <functional>

namespace edgeward::audit {
namespace {

BooksReport sample() {
    BooksReport report;
    report.due = Instant(std::chrono::milliseconds(1'795'492'800'000));  // date -u -d @1795492800
    report.as_of = 91234;
    report.differences = 0;
    report.devices = {{"", 3, 0, 3, 0}, {"monitor-1", 120, 100, 5, 15}};
    report.destinations = {{"kis", 100, 90, 6, 1, 3, 0}};
    return report;
}

BooksFindings read(const std::vector<Event>& events, std::uint64_t first = 1) {
    BooksReader reader;
    for (const Event& event : events)
        reader.take(first++, event);
    return reader.findings();
}

std::uint64_t unsound_after(const std::function<void(std::vector<Event>&)>& change) {
    auto events = events_of(sample());
    change(events);
    return read(events).unsound;
}

}  // namespace

TEST_CASE("a reconciliation report is one record a line and one that closes it", "[books_report]") {
    const auto events = events_of(sample());
    REQUIRE(events.size() == 4);
    CHECK(events[0].action == Action::books_device);
    CHECK(events[0].object == "unknown devices");
    CHECK(events[1].object == "device monitor-1");
    CHECK(events[1].rule == "received 120 = stored 100 + quarantined 5 + refused 15");
    CHECK(events[1].count == 120);
    CHECK(events[1].outcome == Outcome::success);
    CHECK(events[2].action == Action::books_destination);
    CHECK(events[2].object == "destination kis");
    CHECK(events[2].rule == "offered 100 = delivered 90 + pending 6 + dead 1 + filtered 3 + erased 0");
    CHECK(events[3].action == Action::books_reconciled);
    CHECK(events[3].object == "due 2026-11-24T04:00:00.000Z, as of record 91234");
    CHECK(events[3].rule == "received 123 = stored 100 + quarantined 8 + refused 15; rows counted, equal");
    CHECK(events[3].count == 3);
    // printf '%s\n' 'unknown devices' 'received 3 = stored 0 + quarantined 3 + refused 0' 'device monitor-1'
    // …
    //   'received 120 = stored 100 + quarantined 5 + refused 15' 'destination kis' …
    //   'offered 100 = delivered 90 + pending 6 + dead 1 + filtered 3 + erased 0' | sha256sum
    CHECK(to_hex(events[3].details) == "d52db31ff119ac0fbf3081fb4dd72bb88699b1f187534a18ba45d3a56cbc4310");
    for (const Event& event : events)
        CHECK(canonical(Instant{}, event));
}

TEST_CASE("a report says whether the rows were counted", "[books_report]") {
    auto report = sample();
    report.differences.reset();
    CHECK(events_of(report).back().rule.ends_with("; rows not counted"));
    CHECK(events_of(report).back().outcome == Outcome::success);
    report.differences = 2;
    CHECK(events_of(report).back().rule.ends_with("; rows counted, 2 lines differ"));
    CHECK(events_of(report).back().outcome == Outcome::failure);
}

TEST_CASE("books that do not balance are a failure of their line and of the report", "[books_report]") {
    auto report = sample();
    report.destinations[0].delivered = 89;
    CHECK_FALSE(is_balanced(report));
    const auto events = events_of(report);
    CHECK(events[1].outcome == Outcome::success);
    CHECK(events[2].outcome == Outcome::failure);
    CHECK(events[3].outcome == Outcome::failure);
    report = sample();
    report.devices[1].refused = 16;
    CHECK(events_of(report)[1].outcome == Outcome::failure);
}

TEST_CASE("the longest names and numbers fit into a record", "[books_report]") {
    BooksReport report;
    const auto most = UINT64_MAX;
    report.devices = {{std::string(64, 'd'), most, most, most, most}};
    report.destinations = {{std::string(64, 'k'), most, most, most, most, most, most}};
    for (const Event& event : events_of(report))
        CHECK(canonical(Instant{}, event));
}

TEST_CASE("reports are found in a log among other records", "[books_report]") {
    auto log = events_of(sample());
    Event other;
    other.actor = "gateway";
    log.push_back(other);
    auto second = sample();
    second.due += std::chrono::hours(24);
    for (const Event& event : events_of(second))
        log.push_back(event);
    const auto findings = read(log);
    CHECK(findings.reports == 2);
    CHECK(findings.unsound == 0);
    CHECK(findings.newest_balanced);
    CHECK(findings.newest.starts_with("due 2026-11-25T04:00:00.000Z"));
}

TEST_CASE("a report whose lines are not the ones it closes over is unsound", "[books_report]") {
    CHECK(unsound_after([](auto&) {}) == 0);
    CHECK(unsound_after([](auto& events) { events.erase(events.begin() + 1); }) == 1);
    CHECK(unsound_after([](auto& events) { std::swap(events[0], events[1]); }) == 1);
    CHECK(unsound_after([](auto& events) { events[1].object = "device monitor-2"; }) == 1);
    CHECK(unsound_after([](auto& events) {
              events[1].rule = "received 120 = stored 99 + quarantined 6 + refused 15";
          }) == 1);
    CHECK(unsound_after([](auto& events) { events[3].outcome = Outcome::failure; }) == 1);
}

TEST_CASE("an equation that does not hold is found whatever its record says", "[books_report]") {
    auto report = sample();
    report.devices[1].refused = 14;
    auto events = events_of(report);
    for (Event& event : events)
        event.outcome = Outcome::success;
    const auto findings = read(events);
    CHECK(findings.unsound == 1);
    CHECK(findings.first_bad == 4);
    CHECK_FALSE(findings.newest_balanced);
}

TEST_CASE("a log that begins inside a report says nothing of that one", "[books_report]") {
    auto events = events_of(sample());
    events.erase(events.begin());
    CHECK(read(events, 500).reports == 0);
    for (const Event& event : events_of(sample()))
        events.push_back(event);
    CHECK(read(events, 500).reports == 1);
    CHECK(read(events, 500).unsound == 0);
}

}  // namespace edgeward::audit
