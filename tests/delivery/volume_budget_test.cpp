#include "volume_budget.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace edgeward;
using namespace edgeward::delivery;
using std::chrono::hours;
using std::chrono::minutes;

namespace {

const Instant midnight = std::chrono::sys_days(std::chrono::year(2026) / 11 / 25);

VolumeSettings per_hour(std::uint64_t messages, std::uint64_t octets = 0) {
    VolumeSettings settings;
    settings.messages_per_hour = messages;
    settings.octets_per_hour = octets;
    return settings;
}

// `each` messages in every hour from `first` to before `end`.
void pass(VolumeBudget& budget, int first, int end, int each) {
    for (int hour = first; hour < end; ++hour) {
        for (int i = 0; i < each; ++i)
            (void)budget.take(midnight + hours(hour) + std::chrono::seconds(i % 3600), 100);
    }
}

}  // namespace

TEST_CASE("a budget of messages holds until its window ends", "[volume_budget]") {
    VolumeBudget budget(per_hour(3));
    const Instant now = midnight + minutes(50);
    for (int i = 0; i < 3; ++i)
        CHECK_FALSE(budget.take(now, 100));
    const auto excess = budget.take(now, 100);
    REQUIRE(excess);
    CHECK(excess->limit == "messages_per_hour");
    CHECK(excess->wait == minutes(10));
    CHECK(excess->pauses);
    CHECK_FALSE(budget.take(now + minutes(10), 100));
}

TEST_CASE("a budget of a day outlives the hours", "[volume_budget]") {
    VolumeSettings settings;
    settings.messages_per_day = 2;
    VolumeBudget budget(settings);
    CHECK_FALSE(budget.take(midnight + hours(1), 100));
    CHECK_FALSE(budget.take(midnight + hours(5), 100));
    const auto excess = budget.take(midnight + hours(22), 100);
    REQUIRE(excess);
    CHECK(excess->limit == "messages_per_day");
    CHECK(excess->wait == hours(2));
    CHECK_FALSE(budget.take(midnight + hours(24), 100));
}

TEST_CASE("one message may be larger than a budget of octets and no second one follows", "[volume_budget]") {
    VolumeBudget budget(per_hour(0, 1000));
    CHECK_FALSE(budget.take(midnight, 5000));
    const auto excess = budget.take(midnight, 1);
    REQUIRE(excess);
    CHECK(excess->limit == "octets_per_hour");
}

TEST_CASE("what the operator forgives is counted anew", "[volume_budget]") {
    VolumeBudget budget(per_hour(2));
    CHECK_FALSE(budget.take(midnight, 1));
    CHECK_FALSE(budget.take(midnight, 1));
    REQUIRE(budget.take(midnight, 1));
    budget.forgive(midnight);
    CHECK_FALSE(budget.take(midnight, 1));
    CHECK_FALSE(budget.take(midnight, 1));
    CHECK(budget.take(midnight, 1));
}

TEST_CASE("nothing is usual before a day has passed", "[volume_budget]") {
    VolumeBudget budget(VolumeSettings{});
    pass(budget, 0, 24, 10);
    CHECK_FALSE(budget.learned_limit());
    pass(budget, 24, 25, 1);
    CHECK(budget.learned_limit());
}

// 1000 an hour, always: m = 1000, d = 0, so the limit is 4 m.
TEST_CASE("more than usual is told once an hour or pauses as the settings say", "[volume_budget]") {
    for (const Learned learned : {Learned::off, Learned::alarm, Learned::pause}) {
        VolumeSettings settings;
        settings.learned = learned;
        VolumeBudget budget(settings);
        pass(budget, 0, 25, 1000);
        REQUIRE(budget.learned_limit() == 4000.0);
        int told = 0;
        bool paused = false;
        for (int i = 0; i < 5000 && !paused; ++i) {
            if (const auto excess = budget.take(midnight + hours(30), 100)) {
                CHECK(excess->limit == "learned");
                ++told;
                paused = excess->pauses;
            }
        }
        CHECK(told == (learned == Learned::off ? 0 : 1));
        CHECK(paused == (learned == Learned::pause));
    }
}

// A flood of a million teaches no more than the limit does: m + (4000 - m) / 24.
TEST_CASE("one flood teaches little and quiet hours let it be forgotten", "[volume_budget]") {
    VolumeBudget budget(VolumeSettings{});
    pass(budget, 0, 25, 1000);
    pass(budget, 25, 26, 20'000);
    pass(budget, 26, 27, 1000);
    CHECK(*budget.learned_limit() < 4 * (1000 + 3000 / 24.0) + 1);
    CHECK(*budget.learned_limit() > 4000);
    pass(budget, 27 + 24 * 20, 28 + 24 * 20, 1);
    CHECK(*budget.learned_limit() < 1000);
}

TEST_CASE("a clock that is set back begins a window and loses nothing", "[volume_budget]") {
    VolumeBudget budget(per_hour(1));
    CHECK_FALSE(budget.take(midnight + hours(5), 1));
    CHECK_FALSE(budget.take(midnight, 1));
    CHECK(budget.take(midnight, 1));
}
