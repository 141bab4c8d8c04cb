#include "date_time.hpp"

#include <catch2/catch_test_macros.hpp>

using edgeward::parse_rfc3339;
using edgeward::hl7::to_dtm;

// Expected texts follow the DTM format HL7 v2.6 chapter 2A.22: YYYYMMDDHHMMSS[.S[S[S[S]]]]+/-ZZZZ.
TEST_CASE("a time is written in its own zone", "[date_time]") {
    CHECK(to_dtm(*parse_rfc3339("2026-11-23T19:48:46.123+01:00")) == "20261123194846.123+0100");
    CHECK(to_dtm(*parse_rfc3339("2026-06-30T23:59:59-03:30")) == "20260630235959-0330");
}

TEST_CASE("a time without fraction has none", "[date_time]") {
    CHECK(to_dtm(*parse_rfc3339("2026-01-02T03:04:05Z")) == "20260102030405+0000");
    CHECK(to_dtm(*parse_rfc3339("2026-01-02T03:04:05.007Z")) == "20260102030405.007+0000");
}

TEST_CASE("the zone moves the date over a year end", "[date_time]") {
    CHECK(to_dtm(*parse_rfc3339("2025-12-31T23:30:00Z")) == "20251231233000+0000");
    CHECK(to_dtm({parse_rfc3339("2025-12-31T23:30:00Z")->utc, 60}) == "20260101003000+0100");
}
