#include "pressure_panel.hpp"

#include <catch2/catch_test_macros.hpp>

#include "samples.hpp"

using namespace edgeward;
using namespace edgeward::fhir;
using namespace edgeward::fhir::samples;

TEST_CASE("systolic diastolic and mean of one family and time are one panel", "[pressure_panel]") {
    const std::vector all{pressure(1, 150021, 2, "93"), heart_rate(4), pressure(2, 150021, 0, "120"),
                          pressure(3, 150021, 1, "80")};
    const auto items = arrange(all);
    REQUIRE(items.size() == 2);
    REQUIRE(items[0].is_panel());
    CHECK(items[0].parts[0] == &all[2]);
    CHECK(items[0].parts[1] == &all[3]);
    CHECK(items[0].parts[2] == &all[0]);
    CHECK(items[1].single == &all[1]);
}

TEST_CASE("cuff and arterial line stay apart", "[pressure_panel]") {
    const std::vector all{pressure(1, 150021, 0, "120"), pressure(2, 150033, 1, "75"),
                          pressure(3, 150033, 0, "118"), pressure(4, 150021, 1, "80")};
    const auto items = arrange(all);
    REQUIRE(items.size() == 2);
    CHECK(items[0].parts[1] == &all[3]);
    CHECK(items[1].parts[0] == &all[2]);
}

TEST_CASE("two lines of one monitor stay apart whatever is missing", "[pressure_panel]") {
    auto first = pressure(1, 150033, 1, "75");
    first.part = {13, 1};
    auto second = pressure(2, 150033, 0, "30");
    second.part = {13, 2};
    CHECK(arrange({first, second}).size() == 2);
}

TEST_CASE("another time is another panel", "[pressure_panel]") {
    auto later = pressure(2, 150021, 1, "80");
    later.effective = measured_at(1);
    const std::vector all{pressure(1, 150021, 0, "120"), later};
    CHECK(arrange(all).size() == 2);
}

TEST_CASE("two systolic values make two panels", "[pressure_panel]") {
    const std::vector all{pressure(1, 150017, 0, "120"), pressure(2, 150017, 0, "121")};
    CHECK(arrange(all).size() == 2);
}

TEST_CASE("a mean alone is no panel", "[pressure_panel]") {
    const std::vector all{pressure(1, 150033, 2, "93")};
    const auto items = arrange(all);
    REQUIRE(items.size() == 1);
    CHECK(items[0].single == &all[0]);
}

TEST_CASE("pressures in kilopascal and settings stay single", "[pressure_panel]") {
    auto metric = pressure(1, 150017, 0, "16.0");
    std::get<model::Quantity>(metric.value).ucum = "kPa";
    auto limit = pressure(2, 150017, 1, "80");
    limit.category = model::Category::setting;
    const std::vector all{metric, limit};
    const auto items = arrange(all);
    REQUIRE(items.size() == 2);
    CHECK_FALSE(items[0].is_panel());
    CHECK_FALSE(items[1].is_panel());
}

TEST_CASE("LOINC codes alone make a panel too", "[pressure_panel]") {
    auto systolic = pressure(1, 150017, 0, "120");
    auto diastolic = pressure(2, 150017, 1, "80");
    systolic.code.mdc = diastolic.code.mdc = 0;
    const std::vector all{systolic, diastolic};
    CHECK(arrange(all).size() == 1);
}

TEST_CASE("a pulmonary artery pressure is not systemic", "[pressure_panel]") {
    model::Code code;
    code.mdc = 150045;  // MDC_PRESS_BLD_ART_PULM_SYS
    code.loinc = "8480-6";
    CHECK_FALSE(pressure_code_of(code));
}
