#include "row_check.hpp"

#include <catch2/catch_test_macros.hpp>

#include "bench.hpp"

namespace edgeward::store {

TEST_CASE("a report changed or removed behind the back of the gateway is named", "[row_check]") {
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

TEST_CASE("a report exchanged together with its digest is found by the batch record", "[row_check]") {
    Bench bench;
    REQUIRE(bench.record({stored_message(10), stored_message(20)}));
    REQUIRE(bench.raw().execute("UPDATE report SET digest = zeroblob(32) WHERE number = 2"));
    CHECK(check_rows(bench.settings, bench.keys)->first_bad == 1);
}

}  // namespace edgeward::store
