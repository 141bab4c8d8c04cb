#include "quantity.hpp"

#include <limits>

#include <catch2/catch_test_macros.hpp>

namespace edgeward::config {
namespace {

using namespace std::chrono_literals;

TEST_CASE("durations are whole numbers with a unit", "[quantity]") {
    CHECK(parse_duration("0s") == 0ms);
    CHECK(parse_duration("250ms") == 250ms);
    CHECK(parse_duration("60s") == 60s);
    CHECK(parse_duration("5min") == 5min);
    CHECK(parse_duration("24h") == 24h);
    CHECK(parse_duration("30d") == 720h);
    for (const std::string_view bad :
         {"", "s", "60", "1.5s", "-1s", "+1s", " 1s", "1 s", "1s ", "1S", "1m", "1h30min", "0x1s",
          "99999999999999999999s", "9223372036854775808ms", "106751991168d"}) {
        CAPTURE(bad);
        CHECK_FALSE(parse_duration(bad));
    }
    CHECK(parse_duration("106751991167d"));  // 2^63 ms are 106751991167.3 days
}

TEST_CASE("durations are written with the largest unit that fits", "[quantity]") {
    CHECK(format_duration(0ms) == "0s");
    CHECK(format_duration(1500ms) == "1500ms");
    CHECK(format_duration(90s) == "90s");
    CHECK(format_duration(60s) == "1min");
    CHECK(format_duration(24h) == "1d");
    CHECK(format_duration(25h) == "25h");
    CHECK(format_duration(-5ms) == "-5ms");
    for (const auto duration : {1ms, 999ms, 60000ms, 86400000ms, 86400001ms}) {
        CHECK(parse_duration(format_duration(duration)) == duration);
    }
}

TEST_CASE("times of day have two digits each", "[quantity]") {
    CHECK(parse_time_of_day("00:00") == std::chrono::minutes(0));
    CHECK(parse_time_of_day("23:59") == std::chrono::minutes(23 * 60 + 59));
    for (const char* bad : {"24:00", "02:60", "2:30", "02:3", "02.30", "0230", "02:30 ", "-2:30", "+2:30",
                            "a2:30", "02:3a", ""}) {
        CAPTURE(bad);
        CHECK(parse_time_of_day(bad) == std::nullopt);
    }
    CHECK(format_time_of_day(std::chrono::minutes(0)) == "00:00");
    CHECK(format_time_of_day(std::chrono::minutes(23 * 60 + 59)) == "23:59");
}

TEST_CASE("sizes are whole numbers of octets or powers of 1024", "[quantity]") {
    CHECK(parse_size("0") == 0U);
    CHECK(parse_size("512") == 512U);
    CHECK(parse_size("64KiB") == 65536U);
    CHECK(parse_size("16MiB") == 16777216U);
    CHECK(parse_size("1GiB") == 1073741824U);
    CHECK(parse_size("17179869183GiB") == 18446744072635809792U);
    for (const std::string_view bad : {"", "KiB", "64K", "64kB", "64KB", "64kib", "1.5MiB", "-1", "1 MiB",
                                       "17179869184GiB", "18446744073709551616"}) {
        CAPTURE(bad);
        CHECK_FALSE(parse_size(bad));
    }
    CHECK(format_size(0) == "0");
    CHECK(format_size(1000) == "1000");
    CHECK(format_size(65536) == "64KiB");
    CHECK(format_size(std::uint64_t{3} << 30U) == "3GiB");
}

TEST_CASE("decimal numbers have digits on both sides of the point", "[quantity]") {
    for (const std::string_view good : {"0", "37.0", "-0.10", "+1", "1e3", "1.5E-3", "1E+3"}) {
        CAPTURE(good);
        CHECK(is_decimal_number(good));
    }
    for (const std::string_view bad : {"", "-", ".5", "5.", "1e", "1e+", "0x1F", "nan", "inf", "1,5", "1 ",
                                       " 1", "--1", "1_000", "1.2.3", "1e3.0"}) {
        CAPTURE(bad);
        CHECK_FALSE(is_decimal_number(bad));
    }
}

TEST_CASE("numbers are written with as many digits as they need", "[quantity]") {
    CHECK(format_number(0.1) == "0.1");
    CHECK(format_number(1) == "1");
    CHECK(format_number(-37.5) == "-37.5");
    CHECK(format_number(std::numeric_limits<double>::infinity()) == "inf");
}

}  // namespace
}  // namespace edgeward::config
