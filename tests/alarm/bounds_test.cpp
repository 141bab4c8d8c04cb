#include "bounds.hpp"

#include <catch2/catch_test_macros.hpp>

#include "scene.hpp"

namespace edgeward::alarm {
namespace {

model::Observation reading(const std::string& value, const std::string& ucum) {
    return report(0, {{"body_temperature", value, ucum}}).observations.front();
}

Condition temperature() {
    Condition condition;
    condition.ucum = "Cel";
    condition.least_plausible = 20;
    condition.most_plausible = 45;
    return condition;
}

std::string why_not(const model::Observation& observation) {
    const auto number = number_of(observation, temperature());
    return number ? "judged" : number.error();
}

}  // namespace

TEST_CASE("a limit itself is in bounds", "[bounds]") {
    const Limits limits{88, 100, 0};
    CHECK(is_out_of_bounds(limits, 87.9, false));
    CHECK_FALSE(is_out_of_bounds(limits, 88, false));
    CHECK_FALSE(is_out_of_bounds(limits, 100, false));
    CHECK(is_out_of_bounds(limits, 100.1, false));
    CHECK_FALSE(is_out_of_bounds({{}, 100, 0}, -5, false));
}

TEST_CASE("what was out of bounds has to come back by the hysteresis", "[bounds]") {
    const Limits limits{88, 120, 2};
    CHECK(is_out_of_bounds(limits, 89.9, true));
    CHECK_FALSE(is_out_of_bounds(limits, 90, true));
    CHECK(is_out_of_bounds(limits, 118.1, true));
    CHECK_FALSE(is_out_of_bounds(limits, 118, true));
}

TEST_CASE("a trend is out of bounds from the stated way on", "[bounds]") {
    const Limits limits{10, 20, 2};
    CHECK(has_moved_too_far(limits, 20, 0, false));
    CHECK_FALSE(has_moved_too_far(limits, 19.9, 9.9, false));
    CHECK(has_moved_too_far(limits, 0, 10, false));
    CHECK(has_moved_too_far(limits, 18, 0, true));
    CHECK_FALSE(has_moved_too_far(limits, 17.9, 7.9, true));
}

TEST_CASE("a number is taken in the unit of the rule", "[bounds]") {
    CHECK(number_of(reading("37.5", "Cel"), temperature()).value() == 37.5);
    // 100.4 degrees Fahrenheit are 38 degrees Celsius: (100.4 - 32) * 5 / 9.
    const double converted = number_of(reading("100.4", "[degF]"), temperature()).value();
    CHECK(converted > 37.999);
    CHECK(converted < 38.001);
}

TEST_CASE("what is no plausible measurement is not judged, and it is said why", "[bounds]") {
    CHECK(why_not(reading("37.5", "Cel")) == "judged");
    CHECK(why_not(reading("37.5", "mm[Hg]")) == "unit");
    CHECK(why_not(reading("3.75", "Cel")) == "implausible");
    CHECK(why_not(reading("375", "Cel")) == "implausible");
    auto observation = reading("37.5", "Cel");
    observation.quality = model::Quality::questionable;
    CHECK(why_not(observation) == "judged");
    observation.quality = model::Quality::invalid;
    CHECK(why_not(observation) == "invalid");
    observation = reading("37.5", "Cel");
    observation.mode = model::Mode::demo;
    CHECK(why_not(observation) == "mode");
    observation = reading("37.5", "Cel");
    std::get<model::Quantity>(observation.value).comparator = "<";
    CHECK(why_not(observation) == "comparator");
    observation.value = std::monostate();
    CHECK(why_not(observation) == "not_a_number");
}

}  // namespace edgeward::alarm
