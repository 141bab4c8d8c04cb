#include <edgeward/core/backoff.hpp>

#include <algorithm>

#include <catch2/catch_test_macros.hpp>

namespace edgeward {
namespace {

using namespace std::chrono_literals;

// Every octet the same: 0x00 draws the smallest share of the jitter.
class ConstantRandom final : public Random {
public:
    explicit ConstantRandom(std::uint8_t octet) : octet_(octet) {}
    void fill(std::span<std::uint8_t> out) override { std::fill(out.begin(), out.end(), octet_); }

private:
    std::uint8_t octet_;
};

TEST_CASE("waits double up to the longest when the jitter draws nothing", "[backoff]") {
    ConstantRandom least(0);
    Backoff backoff({1000ms, 5000ms});
    CHECK(backoff.next(least) == 500ms);
    CHECK(backoff.next(least) == 1000ms);
    CHECK(backoff.next(least) == 2000ms);
    CHECK(backoff.next(least) == 2500ms);
    CHECK(backoff.next(least) == 2500ms);
    CHECK(backoff.failures() == 5);
}

TEST_CASE("a wait lies between half and all of its step", "[backoff]") {
    bool differed = false;
    for (int round = 0; round < 200; ++round) {
        Backoff backoff({1000ms, 4000ms});
        const auto first = backoff.next(system_random());
        const auto second = backoff.next(system_random());
        CHECK(first >= 500ms);
        CHECK(first <= 1000ms);
        CHECK(second >= 1000ms);
        CHECK(second <= 2000ms);
        differed = differed || second != 2 * first;
    }
    CHECK(differed);
}

TEST_CASE("after a reset the first wait comes again", "[backoff]") {
    ConstantRandom least(0);
    Backoff backoff({100ms, 60s});
    backoff.next(least);
    backoff.next(least);
    backoff.reset();
    CHECK(backoff.failures() == 0);
    CHECK(backoff.next(least) == 50ms);
}

TEST_CASE("a thousand failures do not overflow the wait", "[backoff]") {
    Backoff backoff({1ms, 24h});
    auto wait = 0ms;
    for (int i = 0; i < 1000; ++i)
        wait = backoff.next(system_random());
    CHECK(wait >= 12h);
    CHECK(wait <= 24h);
}

TEST_CASE("a first wait beyond the longest is kept", "[backoff]") {
    ConstantRandom least(0);
    Backoff backoff({10s, 1s});
    CHECK(backoff.next(least) == 5s);
    CHECK(backoff.next(least) == 5s);
}

}  // namespace
}  // namespace edgeward
