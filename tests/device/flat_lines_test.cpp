#include <edgeward/device/flat_lines.hpp>

#include <algorithm>
#include <random>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

namespace edgeward::device {
namespace {

constexpr std::uint64_t temperature = 1;

// One channel after the other values, each `run` times.
void alternate(FlatLines& lines, int runs, int run, std::uint64_t channel = temperature) {
    for (int i = 0; i < runs; ++i)
        for (int repeated = 0; repeated < run; ++repeated)
            lines.see({{channel, static_cast<std::uint64_t>(i % 2)}});
}

// How many equal values it takes until the channel stands still; 0: not within `most`.
int stands_still_after(FlatLines& lines, int most, std::uint64_t channel = temperature) {
    for (int count = 1; count <= most; ++count) {
        lines.see({{channel, 99}});
        if (lines.flat() > 0) return count;
    }
    return 0;
}

}  // namespace

TEST_CASE("a channel stands still when a value stays five times as long as it ever did", "[flat_lines]") {
    FlatLines lines;
    alternate(lines, 101, 10);
    CHECK(lines.flat() == 0);
    CHECK(stands_still_after(lines, 1000) == 50);
    lines.see({{temperature, 1}});
    CHECK(lines.flat() == 0);
}

TEST_CASE("a value that changes with every message may repeat thirty times", "[flat_lines]") {
    FlatLines lines;
    alternate(lines, 101, 1);
    CHECK(stands_still_after(lines, 1000) == 30);
}

TEST_CASE("a channel that has not changed a hundred times is not judged", "[flat_lines]") {
    FlatLines lines;
    alternate(lines, 99, 2);
    CHECK(stands_still_after(lines, 100'000) == 0);
}

TEST_CASE("what has been unusual three times is usual", "[flat_lines]") {
    FlatLines lines;
    alternate(lines, 101, 1);
    for (int times = 0; times < 3; ++times) {
        CHECK(stands_still_after(lines, 40) == 30);
        for (int more = 0; more < 10; ++more)
            lines.see({{temperature, 99}});
        lines.see({{temperature, 1}});
    }
    CHECK(stands_still_after(lines, 150) == 0);  // five times forty
}

TEST_CASE("channels are judged each for itself", "[flat_lines]") {
    FlatLines lines;
    alternate(lines, 101, 1, 1);
    alternate(lines, 101, 1, 2);
    for (std::uint64_t i = 0; i < 30; ++i)
        lines.see({{1, 99}, {2, i}});
    CHECK(lines.flat() == 1);
    for (std::uint64_t i = 0; i < 30; ++i)
        lines.see({{1, 99}, {2, 99}});
    CHECK(lines.flat() == 2);
    lines.see({{1, 0}});
    CHECK(lines.flat() == 1);
}

TEST_CASE("channels beyond the first 64 are not watched", "[flat_lines]") {
    FlatLines lines;
    for (std::uint64_t channel = 0; channel < channels_watched; ++channel)
        alternate(lines, 1, 1, channel);
    alternate(lines, 101, 1, channels_watched);
    CHECK(stands_still_after(lines, 1000, channels_watched) == 0);
    alternate(lines, 101, 1, 0);
    CHECK(stands_still_after(lines, 1000, 0) == 30);
}

// The probability that the header states: of a value that repeats by chance p, a run of five times the
// longest of a hundred is so rare that none comes in a million values. Fixed seeds.
TEST_CASE("a value that repeats by chance is never unusual", "[flat_lines]") {
    const double repeats = GENERATE(0.1, 0.5, 0.9, 0.98);
    CAPTURE(repeats);
    std::mt19937 random(1);  // NOLINT(cert-msc51-cpp): the same numbers in every run
    std::bernoulli_distribution stays(repeats);
    FlatLines lines;
    std::uint64_t value = 0;
    std::size_t most = 0;
    for (int i = 0; i < 1'000'000; ++i) {
        if (!stays(random)) ++value;
        lines.see({{temperature, value}});
        most = std::max(most, lines.flat());
    }
    CHECK(most == 0);
}

}  // namespace edgeward::device
