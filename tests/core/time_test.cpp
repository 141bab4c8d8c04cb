#include <edgeward/core/time.hpp>

#include <thread>
#include <vector>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

namespace edgeward {
namespace {

Instant at(std::int64_t milliseconds) {
    return Instant(std::chrono::milliseconds(milliseconds));
}

TEST_CASE("the clocks agree with the machine and the monotonic one never steps back", "[time]") {
    const auto before = std::chrono::system_clock::now();
    const auto now = system_clock().now();
    CHECK(now >= std::chrono::floor<std::chrono::milliseconds>(before));
    CHECK(now <= std::chrono::system_clock::now());
    const auto first = system_clock().monotonic();
    CHECK(system_clock().monotonic() >= first);
}

TEST_CASE("instants are written in UTC with milliseconds", "[time]") {
    // date -u -d @N +%FT%TZ
    CHECK(to_rfc3339(at(1795459726123)) == "2026-11-23T18:48:46.123Z");
    CHECK(to_rfc3339(at(0)) == "1970-01-01T00:00:00.000Z");
    CHECK(to_rfc3339(at(-1)) == "1969-12-31T23:59:59.999Z");
    CHECK(to_rfc3339(at(951825599005)) == "2000-02-29T11:59:59.005Z");
}

TEST_CASE("a zoned time is written as its sender stated it", "[time]") {
    CHECK(to_rfc3339(ZonedTime{at(1795459726123), 60}) == "2026-11-23T19:48:46.123+01:00");
    CHECK(to_rfc3339(ZonedTime{at(1795459726123), -570}) == "2026-11-23T09:18:46.123-09:30");
    CHECK(to_rfc3339(ZonedTime{at(1795459726123), 0}) == "2026-11-23T18:48:46.123Z");
}

struct Parsed {
    std::string_view text;
    std::int64_t utc;
    int offset;
};

TEST_CASE("date-times with a zone are read", "[time]") {
    // date -d TEXT +%s
    const auto example = GENERATE(values<Parsed>({
        {"2026-11-23T19:48:46.123+01:00", 1795459726123, 60},
        {"2026-11-23 19:48:46.123+0100", 1795459726123, 60},
        {"2026-11-23T18:48:46Z", 1795459726000, 0},
        {"2026-11-23T18:48Z", 1795459680000, 0},
        {"2026-11-23T18:48:46.1Z", 1795459726100, 0},
        {"2026-11-23T18:48:46.123999999Z", 1795459726123, 0},
        {"2026-11-23T18:48:46-00:00", 1795459726000, 0},
        {"2026-11-24T08:48:46+14:00", 1795459726000, 840},
        {"2026-11-23T04:48:46-14:00", 1795459726000, -840},
        {"2024-02-29T00:00:00Z", 1709164800000, 0},
        {"1969-12-31T23:59:59.999Z", -1, 0},
    }));
    CAPTURE(example.text);
    const auto parsed = parse_rfc3339(example.text);
    REQUIRE(parsed);
    CHECK(parsed->utc == at(example.utc));
    CHECK(parsed->offset_minutes == example.offset);
}

TEST_CASE("anything else than a date-time with a zone is invalid", "[time]") {
    const std::string_view bad = GENERATE(values<std::string_view>({
        "",
        "2026",
        "2026-11-23",
        "2026-11-23T18:48:46",
        "2026-11-23T18:48:46.Z",
        "2026-11-23T18Z",
        "2026-13-01T00:00:00Z",
        "2026-00-01T00:00:00Z",
        "2026-02-29T00:00:00Z",
        "2026-04-31T00:00:00Z",
        "2026-11-23T24:00:00Z",
        "2026-11-23T18:60:00Z",
        "2026-11-23T18:48:60Z",
        "2026-11-23T18:48:46+1:00",
        "2026-11-23T18:48:46+01",
        "2026-11-23T18:48:46+14:01",
        "2026-11-23T18:48:46+01:60",
        "2026-11-23T18:48:46Z ",
        " 2026-11-23T18:48:46Z",
        "2026-11-23T18:48:46ZZ",
        "2026-11-23_18:48:46Z",
        "26-11-23T18:48:46Z",
        "2026-1-23T18:48:46Z",
        "+2026-11-23T18:48:46Z",
        "2026-11-23T-8:48:46Z",
        "2026-11-23T18:48:46,5Z",
        "20261123184846Z",
        "2026-11-23T18:48:46 Z",
    }));
    CAPTURE(bad);
    const auto parsed = parse_rfc3339(bad);
    REQUIRE_FALSE(parsed);
    CHECK(parsed.error().kind == ErrorKind::invalid_input);
}

TEST_CASE("no cut or altered octet makes the parser accept another shape", "[time]") {
    const std::string good = "2026-11-23T19:48:46.123+01:00";
    for (std::size_t i = 0; i < good.size(); ++i) {
        CHECK_FALSE(parse_rfc3339(good.substr(0, i)));
        for (int octet = 0; octet < 256; ++octet) {
            std::string altered = good;
            altered[i] = static_cast<char>(octet);
            const auto parsed = parse_rfc3339(altered);
            if (!parsed) continue;
            // What is accepted says what was written, up to the separator.
            std::string written = to_rfc3339(*parsed);
            if (altered[10] == ' ') written[10] = ' ';
            if (written.size() == altered.size()) CHECK(written == altered);
        }
    }
}

TEST_CASE("what is written is read back", "[time]") {
    for (std::int64_t step = 0; step < 2000; ++step) {
        const ZonedTime time{at(step * 1234567891), static_cast<int>(step % 57 - 28) * 30};
        CAPTURE(step);
        const auto parsed = parse_rfc3339(to_rfc3339(time));
        REQUIRE(parsed);
        CHECK(*parsed == time);
    }
}

TEST_CASE("local times of Berlin follow daylight saving", "[time]") {
    // TZ=Europe/Berlin date -d TEXT +%s%:z; the doubled hour of autumn counts as its first, summer,
    // occurrence.
    const auto example = GENERATE(values<Parsed>({
        {"2026-03-29T01:59:59.999", 1774745999999, 60},
        {"2026-03-29T03:00:00", 1774746000000, 120},
        {"2026-10-25T01:59:59", 1792886399000, 120},
        {"2026-10-25T02:00:00", 1792886400000, 120},
        {"2026-10-25T02:59:59", 1792889999000, 120},
        {"2026-10-25T03:00:00", 1792893600000, 60},
        {"2050-01-15 12:00", 2525857200000, 60},
        {"2050-03-27T01:59:59", 2531955599000, 60},
        {"2050-03-27T03:00:00", 2531955600000, 120},
        {"2050-10-30T02:59:59", 2550704399000, 120},
        {"2050-10-30T03:00:00", 2550708000000, 60},
    }));
    CAPTURE(example.text);
    const auto parsed = parse_local_time(example.text, "Europe/Berlin");
    REQUIRE(parsed);
    CHECK(parsed->utc == at(example.utc));
    CHECK(parsed->offset_minutes == example.offset);
}

TEST_CASE("a local time the clocks jump over is invalid", "[time]") {
    for (const std::string_view gap :
         {"2026-03-29T02:00:00", "2026-03-29T02:59:59.999", "2050-03-27T02:30"}) {
        CAPTURE(gap);
        const auto parsed = parse_local_time(gap, "Europe/Berlin");
        REQUIRE_FALSE(parsed);
        CHECK(parsed.error().kind == ErrorKind::invalid_input);
    }
}

TEST_CASE("a local time states no zone of its own", "[time]") {
    for (const std::string_view bad :
         {"2026-03-29T01:00:00Z", "2026-03-29T01:00:00+01:00", "2026-03-29", "", "x"}) {
        CAPTURE(bad);
        const auto parsed = parse_local_time(bad, "UTC");
        REQUIRE_FALSE(parsed);
        CHECK(parsed.error().kind == ErrorKind::invalid_input);
    }
    CHECK(parse_local_time("2026-11-23T18:48:46", "UTC")->utc == at(1795459726000));
}

TEST_CASE("an unknown zone is misconfigured", "[time]") {
    for (const std::string_view zone :
         {"", "Europe/Bielefeld", "Europe", "../../../etc/passwd", "/etc/localtime", "zone.tab",
          "Europe/Berlin ", "CET-1CEST,M3.5.0,M10.5.0/3"}) {
        CAPTURE(zone);
        const auto offset = zone_offset_minutes(at(0), zone);
        REQUIRE_FALSE(offset);
        CHECK(offset.error().kind == ErrorKind::misconfigured);
        REQUIRE_FALSE(parse_local_time("2026-03-29T01:00:00", zone));
    }
}

TEST_CASE("a date without day or month is all days it may be", "[time]") {
    using namespace std::chrono_literals;
    CHECK(parse_date("1961") == DaySpan{1961y / 1 / 1, 1961y / 12 / 31});
    CHECK(parse_date("1960-02") == DaySpan{1960y / 2 / 1, 1960y / 2 / 29});
    CHECK(parse_date("1961-02-03") == DaySpan{1961y / 2 / 3, 1961y / 2 / 3});
    for (const std::string_view text :
         {"", "61", "1961-", "1961-2", "1961-13", "1961-00", "1961-02-29", "1961-02-30", "1961/02/03",
          "1961-02-0a", "-961", "+961", "1961-02-03T"}) {
        CAPTURE(text);
        CHECK_FALSE(parse_date(text));
    }
}

TEST_CASE("the offset at an instant follows the zone", "[time]") {
    CHECK(zone_offset_minutes(at(1774745999999), "Europe/Berlin") == 60);
    CHECK(zone_offset_minutes(at(1774746000000), "Europe/Berlin") == 120);
    CHECK(zone_offset_minutes(at(1774746000000), "UTC") == 0);
    CHECK(zone_offset_minutes(at(1774746000000), "Asia/Kathmandu") == 345);
}

TEST_CASE("threads may ask for different zones at once", "[time]") {
    std::vector<std::thread> threads;
    std::vector<int> wrong(4, 0);
    for (std::size_t t = 0; t < wrong.size(); ++t) {
        threads.emplace_back([&wrong, t] {
            const std::string_view zone = t % 2 == 0 ? "Europe/Zurich" : "Asia/Tokyo";
            const int expected = t % 2 == 0 ? 60 : 540;
            for (int i = 0; i < 500; ++i)
                wrong[t] += zone_offset_minutes(at(1795459726123), zone) != expected;
        });
    }
    for (auto& thread : threads)
        thread.join();
    CHECK(wrong == std::vector<int>(4, 0));
}

}  // namespace
}  // namespace edgeward
