#include "zone_rule.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

namespace edgeward {
namespace {

struct Case {
    std::string_view rule;
    std::int64_t utc;
    int offset;
};

TEST_CASE("rules give the offsets of the C library", "[zone_rule]") {
    // TZ=RULE date -d @UTC +%::z
    const auto example = GENERATE(values<Case>({
        {"UTC0", 0, 0},
        {"<+0545>-5:45", 1774746000, 20700},
        {"<-03>3", 1774746000, -10800},
        {"CET-1CEST,M3.5.0,M10.5.0/3", 2531955599, 3600},
        {"CET-1CEST,M3.5.0,M10.5.0/3", 2531955600, 7200},
        {"CET-1CEST,M3.5.0,M10.5.0/3", 2550704399, 7200},
        {"CET-1CEST,M3.5.0,M10.5.0/3", 2550704400, 3600},
        {"IST-1GMT0,M10.5.0,M3.5.0/1", 1774745999, 0},
        {"IST-1GMT0,M10.5.0,M3.5.0/1", 1774746000, 3600},
        {"IST-1GMT0,M10.5.0,M3.5.0/1", 1792889999, 3600},
        {"IST-1GMT0,M10.5.0,M3.5.0/1", 1792890000, 0},
        {"<+1030>-10:30<+11>-11,M10.1.0,M4.1.0", 2540000000, 37800},
        {"<+1030>-10:30<+11>-11,M10.1.0,M4.1.0", 2525000000, 39600},
        {"<-02>2<-01>,M3.5.0/-1,M10.5.0/0", 1774745999, -7200},
        {"<-02>2<-01>,M3.5.0/-1,M10.5.0/0", 1774746000, -3600},
        {"EST5EDT,M3.2.0,M11.1.0", 2530000000, -18000},
        {"EST5EDT,M3.2.0,M11.1.0", 2540000000, -14400},
        {"XXX3EDT4,0/0,J365/23", 1774746000, -14400},
    }));
    CAPTURE(example.rule, example.utc);
    const auto rule = ZoneRule::parse(example.rule);
    REQUIRE(rule);
    CHECK(rule->offset_at(example.utc) == example.offset);
}

TEST_CASE("days are counted with and without the leap day", "[zone_rule]") {
    // date -u -d 2024-03-01 +%s = 1709251200, 2023-03-01 = 1677628800, 2024-02-29 = 1709164800
    const ZoneRule::Change without{ZoneRule::Change::Form::day_without_leap, 1, 1, 60, 0};
    CHECK(without.in_year(2024) == 1709251200);
    CHECK(without.in_year(2023) == 1677628800);
    const ZoneRule::Change with{ZoneRule::Change::Form::day_with_leap, 1, 1, 59, 0};
    CHECK(with.in_year(2024) == 1709164800);
    CHECK(with.in_year(2023) == 1677628800);
}

TEST_CASE("anything else is no rule", "[zone_rule]") {
    const std::string_view bad = GENERATE(values<std::string_view>({
        "",
        "CET",
        "CE-1",
        "CET-25",
        "CET-1CEST",
        "CET-1CEST,M3.5.0",
        "CET-1CEST,M3.5.0,",
        "CET-1CEST,M13.5.0,M10.5.0",
        "CET-1CEST,M0.5.0,M10.5.0",
        "CET-1CEST,M3.6.0,M10.5.0",
        "CET-1CEST,M3.5.7,M10.5.0",
        "CET-1CEST,M3.5.0,M10.5.0/",
        "CET-1CEST,M3.5.0,M10.5.0/168",
        "CET-1CEST,M3.5.0,M10.5.0/3x",
        "<CET-1",
        "<>-1",
        "CET-1:60",
        "CET-1CEST,J0,J365",
        "CET-1CEST,J1,J366",
        "CET-1CEST,0,366",
        "CET-1 CEST,M3.5.0,M10.5.0",
    }));
    CAPTURE(bad);
    CHECK_FALSE(ZoneRule::parse(bad));
}

}  // namespace
}  // namespace edgeward
