#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include <string>

#include "sample_message.hpp"

using namespace edgeward;
using namespace edgeward::mapping;

namespace {

// What one value becomes under the settings: its quantity, or the word under which it is left out.
std::string outcome(const std::string& settings, const std::string& value) {
    const std::string toml = sample::flat("[[rule.value]]\npath = \"$.v\"\n" + settings);
    const auto mapped = sample::apply(toml, R"({"t":"2026-11-23T18:48:00Z","v":)" + value + "}");
    if (!mapped) return mapped.error().reason;
    if (!mapped->refused_values.empty()) return mapped->refused_values.front().first;
    return sample::quantity(mapped->reports.at(0).observations.at(0));
}

const std::string temperature = "parameter = \"core_temperature\"\n";
const std::string heart_rate = "parameter = \"heart_rate\"\n";

model::Value value_of(const std::string& settings, const std::string& value) {
    const std::string toml =
        sample::flat("[[rule.value]]\npath = \"$.v\"\n" + settings,
                     "[codes.states]\nRUN = { system = \"urn:s\", code = \"running\" }\n");
    return sample::mapped(toml, R"({"t":"2026-11-23T18:48:00Z","v":)" + value + "}")
        .reports.at(0)
        .observations.at(0)
        .value;
}

const std::string technical = "local_system = \"urn:x\"\nlocal_code = \"y\"\ncategory = \"technical\"\n";

}  // namespace

TEST_CASE("a quantity keeps its precision", "[value_reader]") {
    CHECK(outcome(temperature, "37.0") == "37.0 Cel");
    CHECK(outcome(temperature, "37") == "37 Cel");
    CHECK(outcome(temperature, "3.70e1") == "37.0 Cel");
}

TEST_CASE("a unit of the same dimension is converted", "[value_reader]") {
    CHECK(outcome(temperature + "unit = \"[degF]\"", "98.6") == "37.0 Cel");
    CHECK(outcome(temperature + "unit = \"[degF]\"\ndecimals = 2", "98.6") == "37.00 Cel");
    CHECK(outcome("parameter = \"etco2\"\nunit = \"kPa\"", "5.33") == "40.0 mm[Hg]");
    CHECK(outcome("parameter = \"body_weight\"\nunit = \"g\"", "70250") == "70.250 kg");
}

TEST_CASE("a correction comes before the unit", "[value_reader]") {
    CHECK(outcome(temperature + "convert = { factor = 0.1 }", "365") == "36.5 Cel");
    CHECK(outcome(temperature + "unit = \"[degF]\"\nconvert = { factor = 0.1 }", "986") == "37.0 Cel");
    CHECK(outcome(temperature + "convert = { offset = -273.15 }", "310.15") == "37.00 Cel");
}

TEST_CASE("decimals limit the resolution and never add any", "[value_reader]") {
    CHECK(outcome(temperature + "decimals = 1", "36.6666") == "36.7 Cel");
    CHECK(outcome(temperature + "decimals = 3", "36.6") == "36.6 Cel");
}

TEST_CASE("the device's off value is never a measurement", "[value_reader]") {
    CHECK(outcome(heart_rate + "off_values = [0]", "0") == "off");
    CHECK(outcome(heart_rate + "off_values = [0]", "0.0") == "off");
    CHECK(outcome(heart_rate + "off_values = [0, -1000, \"---\"]", "-1000") == "off");
    CHECK(outcome(heart_rate + "off_values = [0, \"---\"]", "\"---\"") == "off");
    CHECK(outcome(heart_rate + "numeric_text = true\noff_values = [0]", "\"0\"") == "off");
    CHECK(outcome(heart_rate + "off_values = [0]", "0.1") == "0.1 /min");
}

TEST_CASE("null is absent or says why there is no value", "[value_reader]") {
    CHECK(outcome(heart_rate, "null") == "absent");
    const auto mapped = sample::mapped(
        sample::flat("[[rule.value]]\npath = \"$.v\"\nnull_means = \"not_performed\"\n" + heart_rate),
        R"({"t":"2026-11-23T18:48:00Z","v":null})");
    const auto& observation = mapped.reports.at(0).observations.at(0);
    CHECK(std::holds_alternative<std::monostate>(observation.value));
    CHECK(observation.absent == model::AbsentReason::not_performed);
}

TEST_CASE("a value outside the plausible range is left out or marked", "[value_reader]") {
    CHECK(outcome(heart_rate + "plausible = { min = 1, max = 300 }", "300.1") == "out_of_range");
    CHECK(outcome(heart_rate + "plausible = { min = 1, max = 300 }", "0.9") == "out_of_range");
    CHECK(outcome(heart_rate + "plausible = { min = 1, max = 300 }", "300.0") == "300.0 /min");
    const auto mapped = sample::mapped(
        sample::flat(
            "[[rule.value]]\npath = \"$.v\"\nplausible = { max = 300, otherwise = \"questionable\" }\n" +
            heart_rate),
        R"({"t":"2026-11-23T18:48:00Z","v":301})");
    CHECK(mapped.reports.at(0).observations.at(0).quality == model::Quality::questionable);
}

TEST_CASE("numbers in texts are read only where the mapping says so", "[value_reader]") {
    CHECK(outcome(heart_rate, "\"78\"") == "not_a_number");
    CHECK(outcome(heart_rate + "numeric_text = true", "\" 78 \"") == "78 /min");
    CHECK(outcome(heart_rate + "numeric_text = true", "\"seventy\"") == "not_a_number");
    CHECK(outcome(heart_rate + "numeric_text = true", "\"<5\"") == "not_a_number");
    CHECK(outcome(heart_rate + "numeric_text = true\ncomparators = true", "\"<= 5\"") == "<=5 /min");
}

TEST_CASE("other JSON types are no quantity", "[value_reader]") {
    const std::string value = GENERATE(as<std::string>{}, "true", "[]", "{}", "[1]");
    CHECK(outcome(heart_rate, value) == "bad_value");
}

TEST_CASE("codes come from the table and nothing else passes", "[value_reader]") {
    const std::string settings = technical + "kind = \"code\"\ncodes = \"states\"\n";
    const auto value = value_of(settings, "\"RUN\"");
    CHECK(std::get<model::CodedValue>(value).code == "running");
    CHECK(std::get<model::CodedValue>(value).system == "urn:s");
    const auto refused =
        sample::mapped(sample::flat("[[rule.value]]\npath = \"$.v\"\n" + settings,
                                    "[codes.states]\nRUN = { system = \"urn:s\", code = \"running\" }\n"),
                       R"({"t":"2026-11-23T18:48:00Z","v":"free text"})");
    CHECK(refused.reports.empty());
    CHECK(sample::left_out(refused, "not_listed") == 1);
}

TEST_CASE("flags are read from booleans and listed words", "[value_reader]") {
    const std::string settings =
        technical + "kind = \"boolean\"\ntrue_values = [1, \"on\"]\nfalse_values = [0]\n";
    CHECK(std::get<bool>(value_of(settings, "true")));
    CHECK(std::get<bool>(value_of(settings, "1")));
    CHECK(std::get<bool>(value_of(settings, "\"on\"")));
    CHECK_FALSE(std::get<bool>(value_of(settings, "0")));
    CHECK(outcome(settings, "2") == "bad_value");
    CHECK(outcome(settings, "\"off\"") == "bad_value");
}

TEST_CASE("text is bounded and free of control characters", "[value_reader]") {
    const std::string settings = technical + "kind = \"text\"\n";
    CHECK(std::get<model::Text>(value_of(settings, "\"lead off\"")).text == "lead off");
    CHECK(outcome(settings, "\"\"") == "absent");
    CHECK(outcome(settings, "\"a\\u0000b\"") == "bad_value");
    CHECK(outcome(settings, "\"" + std::string(1001, 'x') + "\"") == "bad_value");
    CHECK(outcome(settings, "5") == "bad_value");
}

TEST_CASE("waveforms come as arrays or texts and with a period or a rate", "[value_reader]") {
    const std::string ecg =
        "mdc = 131330\nrefid = \"MDC_ECG_ELEC_POTL_II\"\ncategory = \"measurement\"\n"
        "kind = \"waveform\"\nunit = \"mV\"\n";
    const auto wave = std::get<model::SampledData>(
        value_of(ecg + "waveform = { rate_hz = 125, factor = 0.012, origin = -1 }", "[1, null, -3.50]"));
    CHECK(wave.samples == "1 E -3.50");
    CHECK(wave.period == std::chrono::microseconds(8000));
    CHECK(wave.factor.text() == "0.012");
    CHECK(wave.origin.text() == "-1");
    CHECK(wave.ucum == "mV");
    const auto text =
        std::get<model::SampledData>(value_of(ecg + "waveform = { period_ms = 2.5 }", "\"1,2 , U L 3\""));
    CHECK(text.samples == "1 2 U L 3");
    CHECK(text.period == std::chrono::microseconds(2500));
    CHECK(outcome(ecg + "waveform = { period_ms = 4 }", "[1,\"x\"]") == "not_a_number");
    CHECK(outcome(ecg + "waveform = { period_ms = 4 }", "\"1 x\"") == "not_a_number");
    CHECK(outcome(ecg + "waveform = { period_ms = 4 }", "[]") == "absent");
    CHECK(outcome(ecg + "waveform = { period_ms = 4 }", "7") == "bad_value");
    CHECK(outcome(ecg + "waveform = { rate_hz_path = \"$.hz\" }", "[1]") == "bad_value");
}
