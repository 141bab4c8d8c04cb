#include <catch2/catch_test_macros.hpp>

#include <set>

#include "mdc_units.hpp"

TEST_CASE("MDC units stand in ascending order of their codes and every name once", "[mdc_units]") {
    std::uint32_t previous = 0;
    std::set<std::string_view> refids;
    for (const auto& row : edgeward::coding::mdc_unit_rows()) {
        CAPTURE(row.refid);
        CHECK(row.code > previous);
        CHECK(row.code / 65536 == 4);  // partition 4: dimensions
        CHECK(refids.insert(row.refid).second);
        CHECK_FALSE(row.ucum.empty());
        previous = row.code;
    }
}
