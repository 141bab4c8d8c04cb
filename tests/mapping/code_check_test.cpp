#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include <string>

#include "code_check.hpp"
#include "sample_message.hpp"

using namespace edgeward::mapping;
using sample::first_problem;
using sample::flat;

namespace {

// The codes stand from line 9 of the file, after the path.
std::string problem_of(const std::string& codes) {
    return first_problem(flat("[[rule.value]]\npath = \"$.v\"\n" + codes));
}

}  // namespace

TEST_CASE("a code of another parameter is caught", "[code_check]") {
    // The sample templates of microsoft/iomt-fhir code the diastolic pressure as 8867-4, which is the heart
    // rate.
    CHECK(problem_of("parameter = \"diastolic\"\nloinc = \"8867-4\"\n") ==
          "11:rule[1].value[1].loinc: expected 8462-4 (diastolic), got 8867-4 (heart_rate)");
    CHECK(problem_of("loinc = \"8867-4\"\nunit = \"mm[Hg]\"\ndisplay = \"Diastolic blood pressure\"\n") ==
          "11:rule[1].value[1].unit: expected a unit that converts to /min for heart_rate, got mm[Hg]");
    CHECK(problem_of("parameter = \"spo2\"\nmdc = 150324\n") ==
          "11:rule[1].value[1].mdc: expected 150456 (spo2), got 150324 (sao2_arterial)");
    CHECK(problem_of("parameter = \"spo2\"\nsnomed = \"364075005\"\n") ==
          "11:rule[1].value[1].snomed: expected 442476006 (spo2), got 364075005 (heart_rate)");
    CHECK(problem_of("mdc = 150018\nloinc = \"8867-4\"\n") ==
          "11:rule[1].value[1].loinc: expected 8462-4 (diastolic), got 8867-4 (heart_rate)");
}

TEST_CASE("an MDC code with a foreign reference id is caught", "[code_check]") {
    // A public PCD-01 sample carries 150456^MDC_CO2_ET.
    CHECK(problem_of("mdc = 150456\nrefid = \"MDC_CO2_ET\"\n") ==
          "11:rule[1].value[1].refid: expected MDC_PULS_OXIM_SAT_O2 (spo2), got MDC_CO2_ET");
    CHECK(problem_of("mdc = 150456\nrefid = \"MDC_ECG_HEART_RATE\"\n") ==
          "11:rule[1].value[1].refid: expected MDC_PULS_OXIM_SAT_O2 (spo2), got MDC_ECG_HEART_RATE "
          "(heart_rate)");
    CHECK(problem_of("mdc = 12345\nrefid = \"MDC_ECG_HEART_RATE\"\n") ==
          "10:rule[1].value[1].mdc: expected 147842 (heart_rate), got 12345");
}

TEST_CASE("matching codes pass and fill each other", "[code_check]") {
    CHECK(problem_of("parameter = \"diastolic\"\nloinc = \"8462-4\"\nmdc = 150018\n") == "sound");
    CHECK(problem_of("parameter = \"nibp_systolic\"\nsnomed = \"271649006\"\n") ==
          "11:rule[1].value[1].snomed: expected a code of nibp_systolic, got 271649006 (systolic)");
    const auto mapped = sample::mapped(flat("[[rule.value]]\npath = \"$.v\"\nmdc = 147842\n"),
                                       R"({"t":"2026-11-23T18:48:00Z","v":60})");
    const auto& code = mapped.reports.at(0).observations.at(0).code;
    CHECK(code.mdc_refid == "MDC_ECG_HEART_RATE");
    CHECK(code.loinc == "8867-4");
    CHECK(code.display == "Heart rate (ECG)");
}

TEST_CASE("a LOINC alone adds no MDC term because several may share it", "[code_check]") {
    const auto mapped = sample::mapped(flat("[[rule.value]]\npath = \"$.v\"\nloinc = \"9279-1\"\n"),
                                       R"({"t":"2026-11-23T18:48:00Z","v":12})");
    const auto& observation = mapped.reports.at(0).observations.at(0);
    CHECK(observation.code.loinc == "9279-1");
    CHECK(observation.code.mdc == 0);
    CHECK(sample::quantity(observation) == "12 /min");
    CHECK(observation.category == edgeward::model::Category::vital_sign);
}

TEST_CASE("unknown parameters and malformed codes are named", "[code_check]") {
    CHECK(problem_of("parameter = \"heart_rat\"\n") ==
          "10:rule[1].value[1].parameter: expected a parameter of the code table, got \"heart_rat\"; did you "
          "mean "
          "heart_rate?");
    CHECK(problem_of("") ==
          "8:rule[1].value[1]: expected a parameter or a code: mdc, loinc, snomed or local_code");
    CHECK(problem_of("loinc = \"8867-5\"\n") ==
          "10:rule[1].value[1].loinc: expected a LOINC code with its check digit, like 8867-4");
    CHECK(problem_of("snomed = \"abc\"\ncategory = \"measurement\"\nunit = \"1\"\n") ==
          "10:rule[1].value[1].snomed: expected a SNOMED CT identifier of 6 to 18 digits");
    CHECK(problem_of("local_code = \"x\"\ncategory = \"technical\"\nunit = \"1\"\n") ==
          "10:rule[1].value[1].local_code: expected a local_system beside it");
}

TEST_CASE("the check digit of LOINC is computed", "[code_check]") {
    // Real codes of FHIR R4 vital signs; then one digit wrong, swapped or missing.
    for (const char* good :
         {"8867-4", "9279-1", "2708-6", "8310-5", "85354-9", "29463-7", "59408-5", "80404-7"}) {
        CAPTURE(good);
        CHECK(has_loinc_check_digit(good));
    }
    for (const char* bad :
         {"8867-3", "8876-4", "8867", "-4", "", "8867-", "8867-44", "A867-4", "12345678-1"}) {
        CAPTURE(bad);
        CHECK_FALSE(has_loinc_check_digit(bad));
    }
}
