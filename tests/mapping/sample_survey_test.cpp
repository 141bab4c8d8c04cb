#include "sample_survey.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace edgeward::mapping;

namespace {

Survey survey(std::string_view json) {
    return survey_of(Tree::parse(json).value());
}

}  // namespace

TEST_CASE("one object is read whole", "[sample_survey]") {
    const auto found = survey(
        R"({"ts":"2026-11-23T19:48:00+01:00","pid":"4711","seq":9,"deviceId":"m1","HR":62.8,"note":"x","on":true})");
    REQUIRE(found.readings.size() == 1);
    CHECK(found.time_path == "$.ts");
    CHECK(found.time_format == "rfc3339");
    CHECK(found.patients == std::vector<std::string>{"$.pid"});
    CHECK(found.sequences == std::vector<std::string>{"$.seq"});
    CHECK(found.devices == std::vector<std::string>{"$.deviceId"});
    const auto& places = found.readings[0].places;
    REQUIRE(places.size() == 3);
    CHECK(places[0].path == "$.HR");
    CHECK(places[0].parameter->parameter == "heart_rate");
    CHECK(places[1].parameter == nullptr);
    CHECK(places[1].kind == "a text");
    CHECK(places[2].kind == "true or false");
}

TEST_CASE("a value with its unit is named by what it stands in", "[sample_survey]") {
    const auto found = survey(R"({"vitals":{"heartRate":{"value":78,"unit":"bpm"}}})");
    REQUIRE(found.readings.size() == 1);
    REQUIRE(found.readings[0].places.size() == 1);
    CHECK(found.readings[0].places[0].path == "$.vitals.heartRate.value");
    CHECK(found.readings[0].places[0].unit_path == "$.vitals.heartRate.unit");
    CHECK(found.readings[0].places[0].parameter->parameter == "heart_rate");
    CHECK(found.units == std::set<std::string>{"bpm"});
}

TEST_CASE("elements that say what they are are read by their codes", "[sample_survey]") {
    const auto found = survey(R"({"time":1795459680,"beds":[{"values":[{"code":"T1","v":"37.0","u":"C"},
        {"code":"foo","v":1,"u":"?"}]},{"values":[{"code":"HR","v":60,"t":1795459681}]}]})");
    CHECK(found.time_format == "epoch_s");
    const auto coded = std::find_if(found.readings.begin(), found.readings.end(),
                                    [](const SampleReading& one) { return !one.codes.empty(); });
    REQUIRE(coded != found.readings.end());
    CHECK(coded->each == std::vector<std::string>{"$.beds[*]", "@.values[*]"});
    CHECK(coded->code_path == "@.code");
    CHECK(coded->value_path == "@.v");
    CHECK(coded->unit_path == "@.u");
    CHECK(coded->numeric_text);
    CHECK(coded->codes.at("T1")->parameter == "temperature");
    CHECK(coded->codes.at("foo") == nullptr);
}

TEST_CASE("arrays that are no readings are told and not entered", "[sample_survey]") {
    const auto found = survey(R"({"ecg":[1,2,3],"names":["a"],"none":[]})");
    std::vector<std::string_view> kinds;
    for (const auto& reading : found.readings)
        for (const auto& place : reading.places)
            kinds.push_back(place.kind);
    CHECK(kinds == std::vector<std::string_view>{"an array of numbers, perhaps a waveform", "an array"});
}

TEST_CASE("a name no path can say is told by where it stands", "[sample_survey]") {
    const auto found = survey(R"({"a":{"it's":1,"with space":2}})");
    CHECK(found.unwritable == std::vector<std::string>{"$.a"});
    CHECK(found.readings.at(0).places.at(0).path == "$.a['with space']");
}

TEST_CASE("a pack of SenML is seen by its records' names", "[sample_survey]") {
    const auto found = survey(
        R"([{"bn":"urn:dev:mac:0024befffe804ff1:","bt":1700000000,"n":"heart_rate","u":"beat/min","v":71},
            {"n":"spo2","u":"%","v":97},{"n":"on","vb":true}])");
    CHECK(found.format == "senml");
    REQUIRE(found.readings.size() == 1);
    CHECK(found.readings[0].codes.size() == 2);
    CHECK(found.readings[0].codes.at("heart_rate")->parameter == "heart_rate");
    CHECK(found.units == std::set<std::string>{"%", "beat/min"});
}

TEST_CASE("metrics of Sparkplug are told apart by their names", "[sample_survey]") {
    const auto tree = Tree::parse(R"({"metrics":[{"name":"HR","value":62.8,"unit":"bpm"},
        {"name":"Serial","value":"A"},{"name":"Drift","value":1}]})");
    REQUIRE(tree);
    const Survey found = sparkplug_survey(*tree);
    CHECK(found.format == "sparkplug");
    REQUIRE(found.readings.size() == 1);
    CHECK(found.readings.front().each == std::vector<std::string>{"$.metrics[*]"});
    CHECK(found.readings.front().time_path == "@.timestamp");
    CHECK(found.readings.front().unit_path == "@.unit");
    CHECK(found.readings.front().codes.size() == 2);
    CHECK(found.units == std::set<std::string>{"bpm"});
}
