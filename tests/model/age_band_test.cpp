#include <edgeward/model/age_band.hpp>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

using namespace edgeward;
using namespace edgeward::model;

namespace {

Instant day(const char* text) {
    return parse_rfc3339(std::string(text) + "T12:00:00Z")->utc;
}

}  // namespace

TEST_CASE("an age is in the band of its decade and changes it on the birthday", "[age_band]") {
    CHECK(age_band("1966-11-26", day("2026-11-25"), {}) == AgeBand{50, 59});
    CHECK(age_band("1966-11-26", day("2026-11-26"), {}) == AgeBand{60, 69});
    CHECK(age_band("2026-11-26", day("2026-11-26"), {}) == AgeBand{0, 9});
    CHECK(age_band("2000-02-29", day("2025-02-28"), {5, 90}) == AgeBand{20, 24});
    CHECK(age_band("2000-02-29", day("2025-03-01"), {5, 90}) == AgeBand{25, 29});
}

TEST_CASE("the oldest are in one open band", "[age_band]") {
    CHECK(age_band("1937-04-29", day("2026-11-26"), {}) == AgeBand{80, 89});
    CHECK(age_band("1936-11-26", day("2026-11-26"), {}) == AgeBand{90, std::nullopt});
    CHECK(age_band("1915-01-01", day("2026-11-26"), {}) == AgeBand{90, std::nullopt});
    CHECK(age_band("1945-01-01", day("2026-11-26"), {20, 75}) == AgeBand{75, std::nullopt});
    // The last band ends where the open one begins.
    CHECK(age_band("1955-01-01", day("2026-11-26"), {20, 75}) == AgeBand{60, 74});
}

TEST_CASE("a coarse date of birth tells a band only where it cannot be wrong", "[age_band]") {
    CHECK(age_band("1961", day("2026-11-26"), {}) == AgeBand{60, 69});
    CHECK_FALSE(age_band("1966", day("2026-06-01"), {}));  // 59 or 60
    CHECK(age_band("1966-05", day("2026-06-01"), {}) == AgeBand{60, 69});
    CHECK_FALSE(age_band("1966-06", day("2026-06-15"), {}));
}

TEST_CASE("what is no date of birth has no band", "[age_band]") {
    const auto* const text = GENERATE("", "61", "1961-13", "1961-02-30", "1961/02/03", "1961-2-3", "abcd",
                                      "1961-02-3x", "-196", "2030-01-01", "2030");
    CAPTURE(text);
    CHECK_FALSE(age_band(text, day("2026-11-26"), {}));
}

TEST_CASE("without a width there is no age", "[age_band]") {
    CHECK_FALSE(age_band("1961-02-03", day("2026-11-26"), {0, 90}));
}
