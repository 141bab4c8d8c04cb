#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include <string>

#include "sample_message.hpp"

using namespace edgeward::mapping;
using sample::first_problem;
using sample::flat;

namespace {

std::string problem_of(const std::string& settings) {
    return first_problem(flat("[[rule.value]]\npath = \"$.v\"\n" + settings));
}

const std::string local = "local_system = \"urn:x\"\nlocal_code = \"y\"\n";

}  // namespace

TEST_CASE("a unit must fit what is measured", "[reading_settings]") {
    CHECK(problem_of("parameter = \"spo2\"\nunit = \"mm[Hg]\"\n") ==
          "11:rule[1].value[1].unit: expected a unit that converts to % for spo2, got mm[Hg]");
    CHECK(problem_of("parameter = \"glucose_capillary_mass\"\nunit = \"mmol/L\"\n") ==
          "11:rule[1].value[1].unit: expected a unit that converts to mg/dL for glucose_capillary_mass, got "
          "mmol/L");
    CHECK(problem_of("parameter = \"nibp_mean\"\nunit = \"mmHg\"\n") ==
          "11:rule[1].value[1].unit: expected a UCUM unit of the unit table, got \"mmHg\"; did you mean "
          "mm[Hg]?");
    CHECK(problem_of("parameter = \"infusion_dose_rate\"\n") == "8:rule[1].value[1]: expected a unit");
    CHECK(problem_of("parameter = \"infusion_dose_rate\"\nunit = \"ug/kg/min\"\n") == "sound");
    CHECK(problem_of("parameter = \"nibp_mean\"\nunit = \"kPa\"\n") == "sound");
}

TEST_CASE("a category is needed for codes outside the table and clinical parameters stay clinical",
          "[reading_settings]") {
    CHECK(problem_of(local + "unit = \"%\"\n") ==
          "8:rule[1].value[1]: expected a category, because the code is not in the code table");
    CHECK(problem_of(local + "unit = \"%\"\ncategory = \"technical\"\n") == "sound");
    CHECK(problem_of("parameter = \"heart_rate\"\ncategory = \"technical\"\n") ==
          "11:rule[1].value[1].category: expected a clinical category: heart_rate is measured on a person");
    CHECK(problem_of("parameter = \"fio2\"\ncategory = \"setting\"\n") == "sound");
}

TEST_CASE("impossible ranges and corrections are refused", "[reading_settings]") {
    CHECK(problem_of("parameter = \"heart_rate\"\nplausible = { min = 300, max = 30 }\n") ==
          "11:rule[1].value[1].plausible.max: expected more than min, got 30");
    CHECK(problem_of("parameter = \"heart_rate\"\nplausible = { min = 30, max = 30.0 }\n") ==
          "11:rule[1].value[1].plausible.max: expected more than min, got 30.0");
    CHECK(problem_of("parameter = \"heart_rate\"\nplausible = {}\n") ==
          "11:rule[1].value[1].plausible: expected min, max or both");
    CHECK(problem_of("parameter = \"heart_rate\"\nconvert = { factor = 0 }\n") ==
          "11:rule[1].value[1].convert.factor: expected a factor other than 0");
    CHECK(problem_of("parameter = \"heart_rate\"\ncomparators = true\n") ==
          "11:rule[1].value[1].comparators: expected numeric_text = true beside it");
}

TEST_CASE("the kind must fit the parameter and carry what it needs", "[reading_settings]") {
    CHECK(problem_of("parameter = \"heart_rate\"\nkind = \"text\"\n") ==
          "11:rule[1].value[1].kind: expected quantity or waveform for heart_rate");
    CHECK(problem_of(local + "category = \"technical\"\nkind = \"code\"\n") ==
          "8:rule[1].value[1].codes: expected the name of a [codes.NAME] table, got nothing");
    CHECK(problem_of(local + "category = \"technical\"\nkind = \"code\"\ncodes = \"nothing\"\n") ==
          "14:rule[1].value[1].codes: expected the name of a [codes.NAME] table, got \"nothing\"");
    CHECK(problem_of(local + "category = \"measurement\"\nkind = \"waveform\"\nunit = \"mV\"\n") ==
          "8:rule[1].value[1].waveform: expected one of period_ms, rate_hz, period_ms_path and rate_hz_path");
    CHECK(problem_of(local + "category = \"measurement\"\nkind = \"waveform\"\nunit = \"mV\"\n"
                             "waveform = { rate_hz = 0 }\n") ==
          "15:rule[1].value[1].waveform.rate_hz: expected a sample period from 1 microsecond to 1 hour");
    CHECK(
        problem_of(
            "parameter = \"nibp_mean\"\nkind = \"waveform\"\nunit = \"kPa\"\nwaveform = { rate_hz = 125 }\n")
            .starts_with("12:rule[1].value[1].unit: expected a unit that converts to mm[Hg]"));
}

TEST_CASE("settings that lose something without being wrong are warnings", "[reading_settings]") {
    const auto text = parse_mapping(
        flat("[[rule.value]]\npath = \"$.v\"\nkind = \"text\"\ncategory = \"technical\"\n" + local),
        "sample.toml");
    CHECK(text.problems.empty());
    REQUIRE(text.warnings.size() == 1);
    CHECK(text.warnings.front().to_string() ==
          "sample.toml:10:1: rule[1].value[1].kind: free text may name a person; a [codes.NAME] table keeps "
          "it out");
    const auto wave =
        parse_mapping(flat("[[rule.value]]\npath = \"$.v\"\nkind = \"waveform\"\n"
                           "category = \"measurement\"\nunit = \"mV\"\nwaveform = { rate_hz = 300 }\n" +
                           local),
                      "sample.toml");
    CHECK(wave.problems.empty());
    REQUIRE(wave.warnings.size() == 1);
    CHECK(wave.warnings.front().path == "rule[1].value[1].waveform.rate_hz");
}
