#include "mapped_message.hpp"

#include <catch2/catch_test_macros.hpp>

namespace edgeward::mapping {
namespace {

model::IdentifiedReport report_of(std::vector<model::Category> categories) {
    model::IdentifiedReport report;
    report.patient = model::PatientIdentifier{};
    for (const auto category : categories)
        report.observations.emplace_back().category = category;
    return report;
}

TEST_CASE("a report of a device alone loses its patient, one without observations is none",
          "[mapped_message]") {
    using model::Category;
    const auto mapped = mapped_message({report_of({Category::technical, Category::technical}), report_of({}),
                                        report_of({Category::technical, Category::vital_sign})},
                                       {});
    REQUIRE(mapped.reports.size() == 2);
    CHECK_FALSE(mapped.reports[0].about_person);
    CHECK_FALSE(mapped.reports[0].patient);
    CHECK(mapped.reports[1].about_person);
    CHECK(mapped.reports[1].patient);
    CHECK(mapped.refused_values.empty());
}

TEST_CASE("the reasons of values left out are named with their numbers", "[mapped_message]") {
    RefusalCounts refused{};
    refused[static_cast<std::size_t>(Refusal::off)] = 2;
    refused[static_cast<std::size_t>(Refusal::quality_control)] = 1;
    const auto mapped = mapped_message({}, refused);
    REQUIRE(mapped.refused_values.size() == 2);
    CHECK(mapped.refused_values[0].first == "off");
    CHECK(mapped.refused_values[0].second == 2);
    CHECK(mapped.refused_values[1].first == "quality_control");
    CHECK(mapped.refused_values[1].second == 1);
}

}  // namespace
}  // namespace edgeward::mapping
