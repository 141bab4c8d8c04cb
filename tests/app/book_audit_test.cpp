#include "book_audit.hpp"

#include <catch2/catch_test_macros.hpp>

#include <edgeward/audit/export.hpp>
#include <edgeward/audit/verifier.hpp>
#include <edgeward/database/database.hpp>

#include "desk.hpp"

namespace edgeward::app {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

Instant at(const char* text) {
    return parse_rfc3339(text)->utc;
}

std::string due(const char* now, minutes of_day, const char* zone = "Europe/Berlin") {
    return to_rfc3339(newest_due(at(now), of_day, zone).value());
}

database::Connection raw(const Desk& desk) {
    return std::move(*database::Connection::open(desk.folder.path() / "store.db",
                                                 *desk.keys.key(crypto::key_name::store),
                                                 database::Access::read_write));
}

// The log as the auditor gets it, verified.
audit::Verdict verified(Desk& desk) {
    audit::VerifierSettings settings;
    settings.key = crypto::public_key_of(*desk.keys.key(crypto::key_name::audit_signing));
    auto verifier = *audit::Verifier::open(settings);
    audit::ExportWriter writer(desk.store.reader->chain()->origin,
                               [&](std::string_view line) { verifier.feed(line); });
    REQUIRE(desk.store.reader->export_audit(
        1, 1'000'000, [&](const audit::Record& record) { writer.record(record); },
        [&](std::string_view note) { writer.checkpoint(note); }));
    writer.end();
    return verifier.finish();
}

}  // namespace

TEST_CASE("a report is due at a time of the local day, also where clocks change", "[book_audit]") {
    CHECK(due("2026-11-25T12:00:00Z", hours(2)) == "2026-11-25T01:00:00.000Z");
    CHECK(due("2026-11-25T00:59:59Z", hours(2)) == "2026-11-24T01:00:00.000Z");
    CHECK(due("2026-11-25T01:00:00Z", hours(2)) == "2026-11-25T01:00:00.000Z");
    CHECK(due("2026-07-01T12:00:00Z", hours(2)) == "2026-07-01T00:00:00.000Z");
    // Germany put its clocks back at 2026-10-25T01:00Z.
    CHECK(due("2026-10-25T00:30:00Z", minutes(90)) == "2026-10-24T23:30:00.000Z");
    CHECK(due("2026-10-25T12:00:00Z", minutes(90)) == "2026-10-24T23:30:00.000Z");
    CHECK(due("2026-10-26T12:00:00Z", minutes(90)) == "2026-10-26T00:30:00.000Z");
    CHECK(due("2026-11-25T00:00:00Z", minutes(23 * 60 + 59), "UTC") == "2026-11-24T23:59:00.000Z");
    CHECK(newest_due(at("2026-11-25T00:00:00Z"), hours(1), "Nowhere/None").error().kind ==
          ErrorKind::misconfigured);
}

TEST_CASE("the report of the day is signed and the auditor finds it sound", "[book_audit]") {
    Desk desk;
    REQUIRE(desk.store.writer->run([](store::ObservationStore& to) { return to.set_destinations({"kis"}); }));
    desk.take_in("{");
    desk.pipeline.replace(Desk::catalogue("flat"));
    desk.take_in(R"({"t":"2026-11-23T18:48:00Z","p":"4711","hr":62})");
    REQUIRE(desk.books.report_when_due());
    CHECK(desk.records(audit::Action::books_reconciled).empty());  // the first one is the next
    desk.clock.set("2026-11-24T02:10:00Z");
    REQUIRE(desk.books.report_when_due());
    REQUIRE(desk.books.report_when_due());  // once
    const auto devices = desk.records(audit::Action::books_device);
    REQUIRE(devices.size() == 1);
    CHECK(devices[0].object == "device monitor-1");
    CHECK(devices[0].rule == "received 2 = stored 1 + quarantined 1 + refused 0");
    CHECK(desk.records(audit::Action::books_destination).at(0).rule ==
          "offered 1 = delivered 0 + pending 1 + dead 0 + filtered 0 + erased 0");
    const auto closing = desk.records(audit::Action::books_reconciled);
    REQUIRE(closing.size() == 1);
    CHECK(closing[0].object.starts_with("due 2026-11-24T02:10:00.000Z, as of record "));
    CHECK(closing[0].rule.ends_with("; rows counted, equal"));
    const auto verdict = verified(desk);
    CHECK(audit::exit_code(verdict) == 0);  // signed with the report
    CHECK(verdict.books.reports == 1);
    CHECK(verdict.books.unsound == 0);
}

TEST_CASE("missed days and a restart make one report, a clock put right does not silence it",
          "[book_audit]") {
    Desk desk;
    desk.take_in("{");
    REQUIRE(desk.books.report_when_due());
    desk.clock.set("2026-11-27T09:00:00Z");
    metrics::Registry metrics;
    BookAudit again({}, {desk.reconciler, *desk.store.reader, *desk.store.writer, desk.clock, metrics,
                         [] { return "UTC"; }});
    REQUIRE(again.report_when_due());
    REQUIRE(again.report_when_due());
    CHECK(desk.records(audit::Action::books_reconciled).size() == 1);
    CHECK(desk.store.reader->books_reported().value() == at("2026-11-27T02:10:00Z"));
    desk.clock.set("2027-12-31T09:00:00Z");
    REQUIRE(again.report_when_due());
    desk.clock.set("2026-11-28T09:00:00Z");
    REQUIRE(again.report_when_due());
    CHECK(desk.records(audit::Action::books_reconciled).size() == 3);
    CHECK(desk.store.reader->books_reported().value() == at("2026-11-28T02:10:00Z"));
    CHECK(metrics.expose().find("edgeward_books_report_timestamp_seconds 1795831800") != std::string::npos);
}

TEST_CASE("rows that are gone make the report a failure and are named in records", "[book_audit]") {
    Desk desk;
    REQUIRE(desk.store.writer->run([](store::ObservationStore& to) { return to.set_destinations({"kis"}); }));
    desk.pipeline.replace(Desk::catalogue("flat"));
    desk.take_in(R"({"t":"2026-11-23T18:48:00Z","p":"4711","hr":62})");
    REQUIRE(desk.books.report_when_due());
    REQUIRE(raw(desk).execute("DELETE FROM delivery"));
    desk.clock.set("2026-11-24T03:00:00Z");
    REQUIRE(desk.books.report_when_due());
    const auto closing = desk.records(audit::Action::books_reconciled);
    REQUIRE(closing.size() == 1);
    CHECK(closing[0].outcome == audit::Outcome::failure);
    CHECK(closing[0].rule.ends_with("; rows counted, 2 lines differ"));
    CHECK(desk.records(audit::Action::books_differ).size() == 2);
    const auto verdict = verified(desk);
    CHECK(verdict.finding == audit::Finding::none);
    CHECK(verdict.books.unsound == 1);
    CHECK(desk.metrics.expose().find("edgeward_books_differences 2") != std::string::npos);
}

TEST_CASE("a report may leave the rows uncounted", "[book_audit]") {
    Desk desk;
    desk.take_in("{");
    metrics::Registry metrics;
    BookAudit books({minutes(60), false}, {desk.reconciler, *desk.store.reader, *desk.store.writer,
                                           desk.clock, metrics, [] { return "UTC"; }});
    REQUIRE(books.report_when_due());
    desk.clock.pass(hours(24));
    REQUIRE(books.report_when_due());
    CHECK(desk.records(audit::Action::books_reconciled).at(0).rule.ends_with("; rows not counted"));
}

TEST_CASE("counters that stop balancing are told once, and again when they change", "[book_audit]") {
    Desk desk;
    REQUIRE(desk.store.writer->run([](store::ObservationStore& to) { return to.set_destinations({"kis"}); }));
    const auto told = [&] {
        desk.books.check_counters();
        return desk.records(audit::Action::books_differ).size();
    };
    CHECK(told() == 0);
    REQUIRE(raw(desk).execute("UPDATE destination SET filtered = 3"));
    CHECK(told() == 1);
    CHECK(told() == 1);
    REQUIRE(raw(desk).execute("UPDATE destination SET filtered = 0"));
    CHECK(told() == 1);
    REQUIRE(raw(desk).execute("UPDATE destination SET filtered = 3"));
    CHECK(told() == 2);
}

TEST_CASE("the thread of the books ends when it is told to", "[book_audit]") {
    Desk desk;
    desk.books.start();
    desk.books.stop();
    desk.books.stop();
    CHECK(desk.store.reader->books_reported().value());
}

TEST_CASE("a time of day has two digits each", "[book_audit]") {
    for (const char* wrong : {"2:10", "24:00", "02:60", "02.10", "0210", ""}) {
        CAPTURE(wrong);
        auto document = config::Document::parse("[books]\nreport_at = \"" + std::string(wrong) + "\"\n", "t");
        read_books_settings(document.root().table("books"));
        REQUIRE(document.problems().size() == 1);
        CHECK(document.problems()[0].text.find("a time of day such as 02:10") != std::string::npos);
    }
    auto document = config::Document::parse("[books]\nreport_at = \"23:59\"\nrecount = false\n", "t");
    const auto settings = read_books_settings(document.root().table("books"));
    CHECK(settings.report_at == minutes(23 * 60 + 59));
    CHECK_FALSE(settings.recount);
}

}  // namespace edgeward::app
