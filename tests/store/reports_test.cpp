#include "reports.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "bench.hpp"

namespace edgeward::store {

TEST_CASE("a report comes back as it was stored", "[reports]") {
    Bench bench;
    REQUIRE(bench.record({stored_message(5, 2, 9, "monitor-3")}));
    const Delivery read = bench.reader().report(1).value();
    CHECK(read.report == 1);
    CHECK(read.subject == person(9));
    CHECK(read.device == "monitor-3");
    CHECK(read.received == at_second(5));
    CHECK(read.sealed == Bytes(40, 5));
    CHECK_FALSE(bench.reader().report(2));
}

TEST_CASE("a redelivered message changes nothing but the count of duplicates", "[reports]") {
    Bench bench;
    REQUIRE(bench.record({stored_message(1, 3)}));
    REQUIRE(bench.record({stored_message(1, 3), stored_message(1, 3)}));
    const InboundBook book = bench.reader().inbound_book().value();
    CHECK(book.received == 3);
    CHECK(book.stored == 1);
    CHECK(book.reports == 1);
    CHECK(book.observations == 3);
    CHECK(book.duplicates == 2);
    CHECK(book.refused_messages.at("duplicate") == 2);
    CHECK(bench.reader().destination_books()->at("kis").offered == 1);
}

TEST_CASE("a duplicate inside one call is found too", "[reports]") {
    Bench bench;
    REQUIRE(bench.record({stored_message(1), stored_message(1)}));
    CHECK(bench.reader().inbound_book()->duplicates == 1);
    CHECK(bench.reader().inbound_book()->reports == 1);
}

TEST_CASE("a message with some known observations is stored", "[reports]") {
    Bench bench;
    REQUIRE(bench.record({stored_message(1, 2)}));
    REQUIRE(bench.record({stored_message(2, 2)}));
    const InboundBook book = bench.reader().inbound_book().value();
    CHECK(book.stored == 2);
    CHECK(book.observations == 3);
    CHECK(book.duplicates == 0);
}

TEST_CASE("each observation counts once, however many come together", "[reports]") {
    const std::size_t count = GENERATE(1U, 2U, 7U, 8U, 9U, 16U, 17U, 40U);
    CAPTURE(count);
    Bench bench;
    REQUIRE(bench.record({stored_message(1, count)}));
    CHECK(bench.reader().inbound_book()->observations == count);
    // All but the first, and one more.
    REQUIRE(bench.record({stored_message(2, count)}));
    CHECK(bench.reader().inbound_book()->observations == count + 1);
    CHECK(bench.reader().inbound_book()->duplicates == 0);
    // One that comes twice in a report, beside a new one.
    Inbound twice = stored_message(100, 1);
    auto& ids = std::get<Stored>(twice.fate).reports.front().observations;
    ids.resize(count + 1, ids.front());
    REQUIRE(bench.record({twice}));
    CHECK(bench.reader().inbound_book()->observations == count + 2);
}

TEST_CASE("of a message with a known report only the other one is stored", "[reports]") {
    Bench bench;
    REQUIRE(bench.record({stored_message(1, 2)}));
    Inbound both = stored_message(1, 2);
    std::get<Stored>(both.fate).reports.push_back(report_of(50, 1, 0));
    REQUIRE(bench.record({both}));
    const InboundBook book = bench.reader().inbound_book().value();
    CHECK(book.stored == 2);
    CHECK(book.reports == 2);
    CHECK_FALSE(bench.reader().report(2)->subject.has_value());
}

TEST_CASE("report numbers go on after a restart", "[reports]") {
    Bench bench;
    REQUIRE(bench.record({stored_message(1), stored_message(11)}));
    bench.reopen();
    REQUIRE(bench.record({stored_message(21)}));
    CHECK(bench.reader().report(3));
}

TEST_CASE("every part of a report is in its digest", "[reports]") {
    const SealedReport report = report_of(1);
    const crypto::Digest digest = report_digest(7, report);
    // (printf '0000000000000007 10 %s 0009 6d6f6e69746f722d31 %s %s' 01…01 time time | xxd -r -p; 40 x 01) |
    // sha256sum
    CHECK(to_hex(digest) == "ac1ac46b7b673c92a2c061d06c5ad2ff3a98312a825c19f28a68f03eeb3a6ba9");
    CHECK(report_digest(8, report) != digest);
    SealedReport other = report;
    other.subject.reset();
    CHECK(report_digest(7, other) != digest);
    other = report;
    other.device = "monitor-2";
    CHECK(report_digest(7, other) != digest);
    other = report;
    other.received += std::chrono::milliseconds(1);
    CHECK(report_digest(7, other) != digest);
    other = report;
    other.effective += std::chrono::milliseconds(1);
    CHECK(report_digest(7, other) != digest);
    other = report;
    other.sealed.back() ^= 1U;
    CHECK(report_digest(7, other) != digest);
}

}  // namespace edgeward::store
