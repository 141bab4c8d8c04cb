#include "inner_client.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace edgeward::ingest;

TEST_CASE("the linked Paho library acknowledges after its handler", "[inner_client]") {
    REQUIRE(check_paho_version());
}
