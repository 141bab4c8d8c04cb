#include <edgeward/coding/code_table.hpp>

#include <catch2/catch_test_macros.hpp>

#include <algorithm>

using namespace edgeward::coding;

TEST_CASE("a parameter is found by key and by every code", "[code_lookup]") {
    // ISO/IEEE 11073-10101 partition 2 * 65536 + 16770; LOINC and SNOMED CT of FHIR R4 and MII.
    const CodeEntry* heart_rate = find_parameter("heart_rate");
    REQUIRE(heart_rate != nullptr);
    CHECK(heart_rate->mdc == 2U * 65536U + 16770U);
    CHECK(heart_rate->refid == "MDC_ECG_HEART_RATE");
    CHECK(heart_rate->loinc == "8867-4");
    CHECK(heart_rate->snomed == "364075005");
    CHECK(heart_rate->ucum == "/min");
    CHECK(heart_rate->mdc_unit == 264864);
    CHECK(heart_rate->category == edgeward::model::Category::vital_sign);
    CHECK(find_mdc(147842) == heart_rate);
    CHECK(find_refid("MDC_ECG_HEART_RATE") == heart_rate);
}

TEST_CASE("unknown keys and empty codes find nothing", "[code_lookup]") {
    CHECK(find_parameter("hart_rate") == nullptr);
    CHECK(find_parameter("") == nullptr);
    CHECK(find_mdc(0) == nullptr);
    CHECK(find_mdc(1) == nullptr);
    CHECK(find_refid("") == nullptr);
    CHECK(find_loinc("").empty());
    CHECK(find_loinc("1-1").empty());
}

TEST_CASE("rows that share a LOINC are all found with the general one first", "[code_lookup]") {
    const auto rows = find_loinc("9279-1");
    REQUIRE(rows.size() == 4);
    CHECK(rows.front()->parameter == "respiratory_rate");
}

TEST_CASE("a row becomes the code of an observation", "[code_lookup]") {
    const edgeward::model::Code code = code_of(*find_parameter("spo2"));
    CHECK(code.mdc == 150456);
    CHECK(code.mdc_refid == "MDC_PULS_OXIM_SAT_O2");
    CHECK(code.loinc == "59408-5");
    CHECK(code.snomed == "442476006");
    CHECK(code.display == "SpO2 (pulse oximetry)");
    CHECK(code.local_code.empty());
}

TEST_CASE("all keys are offered for suggestions", "[code_lookup]") {
    const auto names = parameter_names();
    CHECK(names.size() == code_table().size());
    CHECK(std::find(names.begin(), names.end(), "etco2") != names.end());
}
