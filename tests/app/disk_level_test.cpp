#include "disk_level.hpp"

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>

#include <cmath>

namespace edgeward::app {
namespace {

using std::chrono::seconds;

constexpr std::uint64_t mib = std::uint64_t{1} << 20U;

DiskRoom room(std::uint64_t octets, std::uint64_t capacity = 10'000 * mib) {
    return {capacity, octets, 0};
}

MonotonicTime after(seconds time) {
    return MonotonicTime(std::chrono::hours(1)) + time;
}

}  // namespace

TEST_CASE("reading stops below one limit and goes on above another", "[disk_level]") {
    DiskLevel level({});
    CHECK_FALSE(level.update(room(256 * mib)));
    CHECK_FALSE(level.is_low());
    CHECK(level.update(room(256 * mib - 1)));
    CHECK(level.is_low());
    CHECK_FALSE(level.update(room(300 * mib)));
    CHECK_FALSE(level.update(room(384 * mib)));
    CHECK(level.is_low());
    CHECK(level.update(room(384 * mib + 1)));
    CHECK_FALSE(level.is_low());
    CHECK_FALSE(level.update(room(300 * mib)));
    CHECK_FALSE(level.is_low());
}

TEST_CASE("on a large disk the share counts, unless it is switched off", "[disk_level]") {
    const std::uint64_t capacity = 1'000'000 * mib;
    CHECK(DiskLevel({}).stops_below(capacity) == 10'000 * mib);
    CHECK(DiskLevel({}).resumes_above(capacity) == 20'000 * mib);
    DiskSettings plain;
    plain.stop_percent = plain.resume_percent = 0;
    CHECK(DiskLevel(plain).stops_below(capacity) == 256 * mib);
    CHECK(DiskLevel(plain).resumes_above(capacity) == 384 * mib);
}

TEST_CASE("a steady growth is its rate from the second sample on", "[disk_level]") {
    FillRate rate;
    CHECK_FALSE(rate.per_second());
    rate.add(1'000'000, after(seconds(0)));
    CHECK_FALSE(rate.per_second());
    for (int i = 1; i <= 5; ++i)
        rate.add(1'000'000 + static_cast<std::uint64_t>(i) * 5'000, after(seconds(5 * i)));
    CHECK(rate.per_second().value() == Catch::Approx(1000));
}

TEST_CASE("what leaves the store does not slow the rate down", "[disk_level]") {
    FillRate rate;
    std::uint64_t used = 1'000'000;
    for (int i = 0; i < 200; ++i) {
        used += 5'000;
        if (i % 12 == 5) used -= 60'000;
        rate.add(used, after(seconds(5 * i)));
    }
    CHECK(rate.per_second().value() == Catch::Approx(1000));
}

TEST_CASE("a burst fades within the period", "[disk_level]") {
    FillRate rate;
    rate.add(0, after(seconds(0)));
    rate.add(900'000'000, after(seconds(900)));
    CHECK(rate.per_second().value() == Catch::Approx(1'000'000));
    rate.add(900'000'000, after(seconds(1800)));
    // After one period e^-1 of its weight is left beside (1 - e^-1) of silence: (1-1/e)/e / (1 - 1/e^2).
    CHECK(rate.per_second().value() == Catch::Approx(268'941).epsilon(0.001));
}

TEST_CASE("how long the disk lasts is what is above the limit by the rate", "[disk_level]") {
    CHECK_FALSE(seconds_left(room(1000), 100, std::nullopt));
    CHECK(seconds_left(room(1000), 100, 9.0).value() == Catch::Approx(100));
    CHECK(seconds_left(room(100), 100, 9.0).value() == 0);
    CHECK(seconds_left(room(50), 100, 0.0).value() == 0);
    CHECK(std::isinf(seconds_left(room(1000), 100, 0.0).value()));
}

TEST_CASE("limits that could not be left again are mistakes", "[disk_level]") {
    auto document = config::Document::parse(
        "[disk]\nstop_below = \"1GiB\"\nresume_above = \"1GiB\"\nstop_percent = 5.0\nresume_percent = 5.0\n"
        "check_interval = \"1ms\"\n",
        "t");
    read_disk_settings(document.root().table("disk"));
    CHECK(document.problems().size() == 3);
    auto sound = config::Document::parse("[disk]\nstop_below = \"1GiB\"\nresume_above = \"2GiB\"\n", "t");
    CHECK(read_disk_settings(sound.root().table("disk")).resume_above == 2048 * mib);
    CHECK(sound.problems().empty());
}

}  // namespace edgeward::app
