#include "date_time.hpp"

#include <catch2/catch_test_macros.hpp>

using edgeward::parse_rfc3339;
using edgeward::hl7::day_of_dtm;
using edgeward::hl7::parse_dtm;
using edgeward::hl7::to_dtm;
using edgeward::hl7::zone_of_message;

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

// Times of the published samples: "20210115160010+0215" stands in PV1-44 of an A45, "20210817151943.4+0200"
// in EVN-6 of an A01.
TEST_CASE("a time with its zone is read", "[date_time]") {
    CHECK(*parse_dtm("20210115160010+0215", "UTC") == *parse_rfc3339("2021-01-15T16:00:10+02:15"));
    CHECK(*parse_dtm("20210817151943.4+0200", "UTC") == *parse_rfc3339("2021-08-17T15:19:43.400+02:00"));
    CHECK(*parse_dtm("198908181126+0215", "UTC") == *parse_rfc3339("1989-08-18T11:26:00+02:15"));
}

// Germany's clocks are an hour ahead of UTC in winter and two in summer (IANA tzdata, Europe/Berlin).
TEST_CASE("a time without zone is local time", "[date_time]") {
    CHECK(*parse_dtm("202611251430", "Europe/Berlin") == *parse_rfc3339("2026-11-25T14:30:00+01:00"));
    CHECK(*parse_dtm("20260701143005", "Europe/Berlin") == *parse_rfc3339("2026-07-01T14:30:05+02:00"));
    CHECK_FALSE(parse_dtm("20260329023000", "Europe/Berlin"));  // the hour that does not happen
}

// HL7 v2.6 chapter 2A, DTM: a time without zone has that of MSH-7. The published message of IHE PCD TF-2
// E.1.2 has +0000 in MSH-7 and OBR-7, and the same time without zone in OBX-14.
TEST_CASE("a time without zone has that of MSH-7", "[date_time]") {
    const auto zone = zone_of_message("20110602050000+0000", "Europe/Berlin");
    CHECK(*parse_dtm("20110602045842", zone) == *parse_rfc3339("2011-06-02T04:58:42Z"));
    CHECK(*parse_dtm("20210425190331.496", zone_of_message("20210425230332.872-0330", "Europe/Berlin")) ==
          *parse_rfc3339("2021-04-25T19:03:31.496-03:30"));
    CHECK(zone_of_message("20110602050000", "Europe/Berlin") == "Europe/Berlin");
    CHECK(zone_of_message("", "Europe/Berlin") == "Europe/Berlin");
    CHECK(zone_of_message("20110602050000-0000", "Europe/Berlin") == "Europe/Berlin");
    CHECK(zone_of_message("2011+02:00", "Europe/Berlin") == "Europe/Berlin");  // no time
    // What is in winter +0100 is in summer +0200: the zone's own rule, when the sender is in it.
    const auto winter = zone_of_message("20261123194800+0100", "Europe/Berlin");
    CHECK(*parse_dtm("20260701120000", winter) == *parse_rfc3339("2026-07-01T12:00:00+02:00"));
}

TEST_CASE("what is no time to the minute is refused", "[date_time]") {
    for (const char* text : {"", "2026", "20261125", "2026112514", "2026112514300", "20261325143000",
                             "20261125143000+01", "20261125143000+01:00", "20261125143000.", "2026-11-25",
                             "20261125143000.12345", "202611251430.5", "\"\"", "20261125143000+01000"}) {
        CAPTURE(text);
        CHECK_FALSE(parse_dtm(text, "UTC"));
    }
}

TEST_CASE("the day of a time of any precision is read", "[date_time]") {
    CHECK(day_of_dtm("19610615") == "1961-06-15");
    CHECK(day_of_dtm("198808181126+0215") == "1988-08-18");
    CHECK(day_of_dtm("196106") == "1961-06");
    CHECK(day_of_dtm("1961") == "1961");
    CHECK(day_of_dtm("\"\"").empty());
    CHECK(day_of_dtm("").empty());
}
