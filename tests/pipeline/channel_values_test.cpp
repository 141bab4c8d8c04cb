#include "channel_values.hpp"

#include <catch2/catch_test_macros.hpp>

namespace edgeward::pipeline {
namespace {

model::Observation measured(const char* loinc, const char* value, const char* unit = "Cel") {
    model::Observation made;
    made.code.loinc = loinc;
    made.value = model::Quantity{model::Decimal::parse(value).value(), unit, ""};
    return made;
}

std::vector<device::ChannelValue> values_of(std::vector<model::Observation> observations) {
    model::IdentifiedReport report;
    report.observations = std::move(observations);
    return channel_values({report});
}

}  // namespace

TEST_CASE("equal numbers of one code are equal values of one channel", "[channel_values]") {
    const auto values = values_of({measured("8310-5", "36.6"), measured("8310-5", "36.6"),
                                   measured("8310-5", "36.7"), measured("8867-4", "36.6")});
    REQUIRE(values.size() == 4);
    CHECK(values[0].channel == values[1].channel);
    CHECK(values[0].value == values[1].value);
    CHECK(values[0].channel == values[2].channel);
    CHECK(values[0].value != values[2].value);
    CHECK(values[0].channel != values[3].channel);
}

TEST_CASE("part, site, containment and unit tell channels of one code apart", "[channel_values]") {
    auto elsewhere = measured("8310-5", "36.6");
    elsewhere.body_site = "MDC_EAR";
    auto second = measured("8310-5", "36.6");
    second.containment = 2;
    auto part = measured("8310-5", "36.6");
    part.part = {1, 2};
    const auto values = values_of(
        {measured("8310-5", "36.6"), elsewhere, second, part, measured("8310-5", "36.6", "[degF]")});
    REQUIRE(values.size() == 5);
    for (std::size_t i = 0; i < 5; ++i)
        for (std::size_t j = i + 1; j < 5; ++j)
            CHECK(values[i].channel != values[j].channel);
}

TEST_CASE("what is no number is no channel", "[channel_values]") {
    model::Observation text;
    text.value = model::Text{"sinus rhythm"};
    CHECK(values_of({text}).empty());
}

}  // namespace edgeward::pipeline
