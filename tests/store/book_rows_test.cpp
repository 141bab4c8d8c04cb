#include "book_rows.hpp"

#include <catch2/catch_test_macros.hpp>

#include "bench.hpp"

namespace edgeward::store {

TEST_CASE("the counters are read by device, the unknown ones under the empty name", "[book_rows]") {
    Bench bench({"kis"});
    REQUIRE(bench.record({stored_message(10), stored_message(20, 3, 1, "monitor-2"), stored_message(10),
                          quarantined_message("unknown_device")}));
    auto connection = bench.raw();
    const auto books = read_device_books(connection).value();
    REQUIRE(books.size() == 3);
    CHECK(books.at("monitor-1").received == 2);
    CHECK(books.at("monitor-1").duplicates == 1);
    CHECK(books.at("monitor-2").observations == 3);
    CHECK(books.at("").quarantined_by_reason.at("unknown_device") == 1);
}

TEST_CASE("a destination with waiting reports names the oldest one, parked or pending", "[book_rows]") {
    Bench bench({"kis", "research"});
    REQUIRE(bench.record({stored_message(10), stored_message(20)}));
    REQUIRE(bench.settle("kis", {ended(1), ended(2)}));
    REQUIRE(bench.settle("research", {parked_until(1, at_second(500))}));
    auto connection = bench.raw();
    const auto books = read_destination_books(connection).value();
    CHECK(books.at("kis").delivered == 2);
    CHECK_FALSE(books.at("kis").oldest_pending);
    CHECK(books.at("research").oldest_pending == at_second(10));
    REQUIRE(bench.settle("research", {ended(1)}));
    CHECK(read_destination_books(connection).value().at("research").oldest_pending == at_second(20));
}

TEST_CASE("the books are read in a time that does not grow with the queue", "[book_rows]") {
    Bench bench({"kis"});
    std::uint64_t id = 0;
    const auto steps = [&] {
        auto connection = bench.raw();
        int asked = 0;
        connection.give_up_when(100, [&] {
            ++asked;
            return false;
        });
        REQUIRE(read_destination_books(connection));
        return asked;
    };
    const auto queue = [&](int messages) {
        std::vector<Inbound> some;
        for (int i = 0; i < messages; ++i)
            some.push_back(stored_message(id += 10));
        REQUIRE(bench.record(some));
    };
    queue(100);
    const int few = steps();
    queue(5000);
    CHECK(steps() <= few + 1);
}

}  // namespace edgeward::store
