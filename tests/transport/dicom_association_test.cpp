#include "dicom_association.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

using namespace edgeward;
using namespace edgeward::transport;

// PS3.4 annex B.2.3, PS3.7 annex C.
TEST_CASE("warnings mean stored and what is there already is delivered", "[dicom_association]") {
    const auto status = GENERATE(0x0000, 0xB000, 0xB006, 0xB007, 0x0111);
    CHECK(judge_store_status(static_cast<std::uint16_t>(status)));
}

TEST_CASE("failures are told apart by what waiting can mend", "[dicom_association]") {
    const auto [status, kind, message_only] = GENERATE(table<int, ErrorKind, bool>({
        {0xA700, ErrorKind::unavailable, false},
        {0xA701, ErrorKind::unavailable, false},
        {0x0110, ErrorKind::unavailable, true},
        {0x0124, ErrorKind::misconfigured, false},
        {0xA900, ErrorKind::rejected, false},
        {0xC000, ErrorKind::rejected, false},
        {0xC123, ErrorKind::rejected, false},
        {0x0122, ErrorKind::rejected, false},
        {0x0117, ErrorKind::rejected, false},
    }));
    CAPTURE(status);
    const auto outcome = judge_store_status(static_cast<std::uint16_t>(status));
    REQUIRE_FALSE(outcome);
    CHECK(outcome.error().error.kind == kind);
    CHECK(outcome.error().message_only == message_only);
}
