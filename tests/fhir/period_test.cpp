#include "period.hpp"

#include <catch2/catch_test_macros.hpp>

namespace edgeward::fhir {
namespace {

std::string span_of(std::string_view text, std::string_view zone = "Europe/Berlin") {
    const auto read = read_date_time(text, zone);
    return read ? to_rfc3339(read->from) + " " + to_rfc3339(read->until) : read.error().message;
}

// FHIR R4, datatypes: a Period's end covers every time that matches what it states.
TEST_CASE("a dateTime covers the time it is precise to in the zone", "[period]") {
    CHECK(span_of("2022") == "2021-12-31T23:00:00.000Z 2022-12-31T23:00:00.000Z");
    CHECK(span_of("2022-06") == "2022-05-31T22:00:00.000Z 2022-06-30T22:00:00.000Z");
    CHECK(span_of("2024-12") == "2024-11-30T23:00:00.000Z 2024-12-31T23:00:00.000Z");
    CHECK(span_of("2024-02-29") == "2024-02-28T23:00:00.000Z 2024-02-29T23:00:00.000Z");
    CHECK(span_of("2024-02-29", "UTC") == "2024-02-29T00:00:00.000Z 2024-03-01T00:00:00.000Z");
    CHECK(span_of("2022-01-31T23:00:00+01:00") == "2022-01-31T22:00:00.000Z 2022-01-31T22:00:01.000Z");
    CHECK(span_of("2022-01-31T23:00:00.5Z") == "2022-01-31T23:00:00.500Z 2022-01-31T23:00:00.501Z");
    CHECK(span_of("3000-01-01T00:00:00+01:00") == "2999-12-31T23:00:00.000Z 2999-12-31T23:00:01.000Z");
    CHECK(read_date_time("9999-12-31", "UTC")->until > read_date_time("9999-12-30", "UTC")->until);
}

TEST_CASE("days on which the clock is changed have their own length", "[period]") {
    CHECK(span_of("2026-03-29") == "2026-03-28T23:00:00.000Z 2026-03-29T22:00:00.000Z");
    CHECK(span_of("2026-10-25") == "2026-10-24T22:00:00.000Z 2026-10-25T23:00:00.000Z");
}

TEST_CASE("what is no dateTime is refused", "[period]") {
    for (const char* text :
         {"", "2022-1-31", "2022-02-30", "2022-13", "2022-00-01", "0000", "20220131", "2022/01/31",
          "2022-01-31T23:00:00", "2022-01-31T23:00Z", "2022-01-31T23:00+01:00", "2022-01-31 23:00:00Z",
          "yesterday", "-022", "2022-0a", "2022-01-3x"}) {
        CAPTURE(text);
        const auto read = read_date_time(text, "UTC");
        REQUIRE_FALSE(read);
        CHECK(read.error().kind == ErrorKind::invalid_input);
        CHECK(read.error().message == "expected a dateTime such as 2022-01-31 or 2022-01-31T08:00:00+01:00");
    }
    CHECK(read_date_time("2022-01-31", "Mars/Olympus").error().kind == ErrorKind::misconfigured);
}

}  // namespace
}  // namespace edgeward::fhir
