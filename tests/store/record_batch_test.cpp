#include <catch2/catch_test_macros.hpp>

#include "bench.hpp"
#include "reports.hpp"

namespace edgeward::store {

TEST_CASE("a call writes one batch record and one for each reason", "[record_batch]") {
    Bench bench;
    REQUIRE(bench.record({stored_message(1), refused_message("retained"), quarantined_message("no_mapping"),
                          stored_message(11), refused_message("retained"), refused_message("oversized"),
                          quarantined_message("unknown_patient"), quarantined_message("no_mapping"),
                          stored_message(1)}));
    const auto records = bench.records();
    REQUIRE(records.size() == 6);
    CHECK(records[0].event.action == audit::Action::batch_stored);
    CHECK(records[0].event.object == "reports 1-2");
    CHECK(records[0].event.count == 2);
    CHECK(records[1].event.action == audit::Action::quarantined);
    CHECK(records[1].event.object == "no_mapping");
    CHECK(records[1].event.count == 2);
    CHECK(records[2].event.object == "unknown_patient");
    CHECK(records[3].event.action == audit::Action::refused);
    CHECK(records[3].event.object == "duplicate");
    CHECK(records[4].event.object == "oversized");
    CHECK(records[5].event.object == "retained");
    CHECK(records[5].event.count == 2);
}

TEST_CASE("the batch record vouches for its rows", "[record_batch]") {
    Bench bench;
    REQUIRE(bench.record({stored_message(1), stored_message(11)}));
    Bytes digests;
    for (std::uint64_t number : {1U, 2U}) {
        const crypto::Digest digest = report_digest(number, report_of(number == 1 ? 1 : 11));
        digests.insert(digests.end(), digest.begin(), digest.end());
    }
    CHECK(bench.records().front().event.details == crypto::sha256(digests));
}

TEST_CASE("a message said to be stored but without a report is refused", "[record_batch]") {
    Bench bench;
    Inbound empty = stored_message(1);
    std::get<Stored>(empty.fate).reports.clear();
    REQUIRE(bench.record({empty}));
    CHECK(bench.reader().inbound_book()->refused_messages.at("nothing_measured") == 1);
    CHECK(bench.reader().inbound_book()->stored == 0);
}

TEST_CASE("a duplicate does not count its refused values again", "[record_batch]") {
    Bench bench;
    Inbound message = stored_message(1);
    std::get<Stored>(message.fate).refused_values = {{"off", 3}};
    message.unlisted = 2;
    REQUIRE(bench.record({message}));
    REQUIRE(bench.record({message}));
    const auto book = *bench.reader().inbound_book();
    CHECK(book.refused_messages.at("duplicate") == 1);
    CHECK(book.refused_values.at("off") == 3);
    CHECK(book.unlisted == 2);
}

TEST_CASE("an empty call leaves no record", "[record_batch]") {
    Bench bench;
    REQUIRE(bench.record({}));
    CHECK(bench.records().empty());
}

}  // namespace edgeward::store
