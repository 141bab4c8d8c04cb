#include "value_text.hpp"

#include <catch2/catch_test_macros.hpp>

#include "samples.hpp"

using namespace edgeward;
using namespace edgeward::fhir;
using namespace edgeward::fhir::samples;

namespace {

std::string text_of_value(const model::Observation& observation, bool identified = true) {
    std::string out = "{";
    append_value(out, observation, identified);
    return out + "}";
}

}  // namespace

TEST_CASE("a quantity has value unit system and code", "[value_text]") {
    CHECK(text_of_value(temperature(1, "36.60")) ==
          R"({"valueQuantity":{"value":36.60,"unit":")"
          "\xC2\xB0"
          R"(C","system":"http://unitsofmeasure.org","code":"Cel"}})");
}

TEST_CASE("a comparator stands beside its value", "[value_text]") {
    auto observation = heart_rate();
    std::get<model::Quantity>(observation.value).comparator = "<";
    CHECK(text_of_value(observation).find(R"("value":72,"comparator":"<")") != std::string::npos);
}

TEST_CASE("sampling periods are exact milliseconds", "[value_text]") {
    auto observation = heart_rate();
    model::SampledData wave;
    wave.period = std::chrono::microseconds(2005);
    observation.value = wave;
    CHECK(text_of_value(observation).find(R"("period":2.005,)") != std::string::npos);
    wave.period = std::chrono::microseconds(10);
    observation.value = wave;
    CHECK(text_of_value(observation).find(R"("period":0.01,)") != std::string::npos);
}

TEST_CASE("blank text is no value", "[value_text]") {
    auto observation = heart_rate();
    observation.value = model::Text{"  \n"};
    CHECK(absent_reason(observation, true) == "unknown");
    CHECK(absent_reason(observation, false) == "masked");
}

TEST_CASE("a judgement and limits stand beside the value in its unit", "[value_text]") {
    auto observation = heart_rate();
    observation.appraisal.low = "50";
    observation.appraisal.high = "120";
    std::string out = "{";
    append_interpretation(out, "LL~A");
    append_range(out, observation);
    CHECK(
        out ==
        R"({,"interpretation":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation","code":"LL"}]},)"
        R"({"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation","code":"A"}]}])"
        R"(,"referenceRange":[{"low":{"value":50,"unit":"/min","system":"http://unitsofmeasure.org","code":"/min"},)"
        R"("high":{"value":120,"unit":"/min","system":"http://unitsofmeasure.org","code":"/min"}}])");
    out.clear();
    append_interpretation(out, "");
    append_range(out, temperature());
    observation.value = true;
    append_range(out, observation);
    CHECK(out.empty());
}
