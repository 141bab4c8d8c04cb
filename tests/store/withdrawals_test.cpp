#include "withdrawals.hpp"

#include <catch2/catch_test_macros.hpp>

#include "bench.hpp"

namespace edgeward::store {

TEST_CASE("a report stands until it is taken back and what takes it back never does", "[withdrawals]") {
    Bench bench({"kis"});
    REQUIRE(bench.record({stored_message(1, 1), stored_message(2, 1), stored_message(3, 1)}));
    auto connection = bench.raw();
    auto table = Withdrawals::open(connection).value();
    CHECK(table.stands(1).value());
    CHECK_FALSE(table.stands(4).value());
    REQUIRE(table.add(1, 2, 3));
    CHECK_FALSE(table.stands(1).value());
    CHECK_FALSE(table.stands(2).value());
    CHECK(table.stands(3).value());
    REQUIRE(table.add(3, 4, std::nullopt));
    CHECK_FALSE(table.add(3, 5, std::nullopt));
    CHECK_FALSE(table.stands(3).value());
}

}  // namespace edgeward::store
