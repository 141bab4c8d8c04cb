#include "vital_signs.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

using namespace edgeward;
using namespace edgeward::fhir;

namespace {

model::Code code(std::uint32_t mdc, std::string loinc) {
    model::Code made;
    made.mdc = mdc;
    made.loinc = std::move(loinc);
    return made;
}

}  // namespace

TEST_CASE("codes lead to the LOINC code the core vital signs profiles demand", "[vital_signs]") {
    // hl7.org/fhir/R4/observation-vitalsigns.html, table of magic values.
    struct Row {
        std::uint32_t mdc;
        const char* loinc;
        const char* magic;
    };
    const auto row = GENERATE(values<Row>({{147842, "8867-4", "8867-4"},
                                           {149530, "8889-8", "8867-4"},
                                           {151562, "", "9279-1"},
                                           {150456, "59408-5", "2708-6"},
                                           {150456, "", "2708-6"},
                                           {0, "8329-5", "8310-5"},
                                           {68063, "", "29463-7"},
                                           {68060, "", "8302-2"}}));
    CAPTURE(row.mdc, row.loinc);
    const VitalSign* sign = vital_sign_of(code(row.mdc, row.loinc));
    REQUIRE(sign != nullptr);
    CHECK(sign->loinc == row.magic);
}

TEST_CASE("other codes are no profiled vital sign", "[vital_signs]") {
    CHECK(vital_sign_of(code(150087, "60985-9")) == nullptr);
    CHECK(vital_sign_of(code(147842, "60985-9")) == nullptr);
    CHECK(vital_sign_of(code(0, "")) == nullptr);
}

TEST_CASE("ISiK takes degrees Celsius only", "[vital_signs]") {
    const VitalSign* sign = vital_sign_of(code(0, "8310-5"));
    CHECK(unit_fits(*sign, "[degF]", ProfileSet::base));
    CHECK_FALSE(unit_fits(*sign, "[degF]", ProfileSet::isik));
    CHECK(unit_fits(*sign, "Cel", ProfileSet::isik));
    CHECK_FALSE(unit_fits(*vital_sign_of(code(0, "8867-4")), "{beats}/min", ProfileSet::base));
}

TEST_CASE("an oximeter pulse is not called an ECG heart rate", "[vital_signs]") {
    CHECK_FALSE(mdc_may_be_added(*vital_sign_of(code(149530, "8889-8")), 149530));
    CHECK(mdc_may_be_added(*vital_sign_of(code(150456, "59408-5")), 150456));
    CHECK_FALSE(mdc_may_be_added(*vital_sign_of(code(147842, "8867-4")), 147842));
}
