#include <edgeward/coding/units.hpp>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include <string>

using namespace edgeward::coding;
using edgeward::model::Decimal;

TEST_CASE("clinical units convert as UCUM defines them", "[units]") {
    struct Row {
        const char* from;
        const char* value;
        const char* to;
        int decimals;
        const char* result;
    };
    // Results of ucum-lhc 7.1 (convertUnitTo), rounded to the decimals of the row.
    const Row row = GENERATE(values<Row>({{"[degF]", "98.6", "Cel", 1, "37.0"},
                                          {"[degF]", "100.4", "Cel", 2, "38.00"},
                                          {"K", "310.15", "Cel", 2, "37.00"},
                                          {"Cel", "37", "[degF]", 1, "98.6"},
                                          {"kPa", "5.33", "mm[Hg]", 4, "39.9784"},
                                          {"mm[Hg]", "40", "kPa", 4, "5.3329"},
                                          {"mbar", "5", "cm[H2O]", 4, "5.0986"},
                                          {"[psi]", "1", "mm[Hg]", 4, "51.7151"},
                                          {"g", "70250", "kg", 3, "70.250"},
                                          {"[lb_av]", "150.5", "kg", 4, "68.2657"},
                                          {"[in_i]", "70", "cm", 1, "177.8"},
                                          {"mL/h", "120", "L/min", 4, "0.0020"},
                                          {"1", "0.98", "%", 0, "98"},
                                          {"Hz", "1.2", "/min", 0, "72"},
                                          {"mL/mbar", "50", "mL/cm[H2O]", 4, "49.0333"},
                                          {"ug/kg/min", "0.1", "ug/kg/h", 0, "6"},
                                          {"g/L", "1", "mg/dL", 0, "100"}}));
    CAPTURE(row.from, row.to);
    const auto by = conversion(row.from, row.to);
    REQUIRE(by.has_value());
    CHECK_FALSE(by->identity);
    const auto result = Decimal::parse(row.value)->scaled(by->factor, by->offset, row.decimals);
    REQUIRE(result.has_value());
    CHECK(result->text() == row.result);
}

TEST_CASE("spellings of one unit convert without touching the number", "[units]") {
    CHECK(conversion("mm[Hg]", "mm[Hg]")->identity);
    CHECK(conversion("{beats}/min", "/min")->identity);
    CHECK(conversion("{Breaths}/min", "/min")->identity);
    CHECK(conversion("hPa", "mbar")->identity);
    CHECK(conversion("{ratio}", "1")->identity);
}

TEST_CASE("different dimensions never convert", "[units]") {
    CHECK_FALSE(convertible("mg/dL", "mmol/L"));  // needs the molar mass of the substance
    CHECK_FALSE(convertible("mm[Hg]", "/min"));
    CHECK_FALSE(convertible("{steps}", "1"));
    CHECK_FALSE(convertible("furlong", "cm"));
    CHECK_FALSE(convertible("furlong", "furlong"));
    CHECK_FALSE(convertible("mmHg", "mm[Hg]"));
}

TEST_CASE("a conversion keeps about the resolution of the device", "[units]") {
    CHECK(conversion("kPa", "mm[Hg]")->decimals_shift == -1);
    CHECK(conversion("[degF]", "Cel")->decimals_shift == 0);
    CHECK(conversion("g", "kg")->decimals_shift == 3);
    CHECK(conversion("[in_i]", "cm")->decimals_shift == 0);
}

TEST_CASE("converting there and back returns the number", "[units]") {
    struct Row {
        const char* one;
        const char* other;
    };
    const Row row = GENERATE(values<Row>({{"kPa", "mm[Hg]"},
                                          {"[degF]", "Cel"},
                                          {"[lb_av]", "kg"},
                                          {"L/min", "mL/h"},
                                          {"cm[H2O]", "[psi]"},
                                          {"mL/kPa", "L/cm[H2O]"}}));
    CAPTURE(row.one, row.other);
    const auto there = conversion(row.one, row.other);
    const auto back = conversion(row.other, row.one);
    for (const char* value : {"0.5", "36.6", "-12.25", "101.3"}) {
        const auto converted = Decimal::parse(value)->scaled(there->factor, there->offset, 6);
        REQUIRE(converted.has_value());
        const auto returned = converted->scaled(back->factor, back->offset, 2);
        REQUIRE(returned.has_value());
        CHECK(Decimal::compare(*returned, *Decimal::parse(value)) == 0);
    }
}

TEST_CASE("UCUM and MDC name the same units", "[units]") {
    // Codes of ISO/IEEE 11073-10101 as IHE PCD-01 messages use them.
    CHECK(mdc_unit_for("mm[Hg]")->code == 266016);
    CHECK(mdc_unit_for("%")->code == 262688);
    CHECK(mdc_unit_for("Cel")->refid == "MDC_DIM_DEGC");
    CHECK(mdc_unit_for("cm[H2O]")->code == 266048);
    CHECK(mdc_unit_for("/min")->refid == "MDC_DIM_PER_MIN");
    CHECK(mdc_unit_for("{beats}/min")->refid == "MDC_DIM_BEAT_PER_MIN");
    CHECK(mdc_unit_for("s")->code == 264320);
    CHECK(mdc_unit_for("{steps}") == nullptr);
    CHECK(find_mdc_unit(264864)->ucum == "/min");
    CHECK(find_mdc_unit("MDC_DIM_MMHG")->ucum == "mm[Hg]");
    CHECK(find_mdc_unit(1U) == nullptr);
    CHECK(find_mdc_unit("MDC_DIM_NOTHING") == nullptr);
}

TEST_CASE("only units of the table are known", "[units]") {
    CHECK(is_known_unit("mm[Hg]"));
    CHECK(is_known_unit("{steps}"));
    CHECK(is_known_unit("1"));
    CHECK_FALSE(is_known_unit("mmHg"));
    CHECK_FALSE(is_known_unit(""));
    CHECK_FALSE(is_known_unit("MM[HG]"));
}

TEST_CASE("what people write instead of UCUM gets a suggestion that is UCUM", "[units]") {
    for (const char* written : {"mmHg", "mm Hg", "cmH2O", "bpm", "rpm", "°C", "degC", "°F", "percent", "ml",
                                "l/min", "mcg", "lb"}) {
        CAPTURE(written);
        CHECK_FALSE(is_known_unit(written));
        const auto ucum = ucum_for(written);
        REQUIRE(ucum);
        CHECK(is_known_unit(*ucum));
    }
    CHECK(ucum_for("mmHg") == "mm[Hg]");
    CHECK(ucum_for("bpm") == "/min");
    CHECK_FALSE(ucum_for("parsec"));
}
