#include <edgeward/core/file.hpp>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include <algorithm>
#include <filesystem>
#include <string>

#include "hl7_sample.hpp"
#include "sample_message.hpp"
#include "sparkplug_sample.hpp"

using namespace edgeward;
using namespace edgeward::mapping;

namespace {

const LoadedMappings& shipped() {
    static const LoadedMappings loaded = load_mappings(EDGEWARD_SOURCE_DIR "/config/mappings");
    return loaded;
}

// "parameter code=value" of every observation, then what was left out.
std::string read(std::string_view mapping, std::string_view payload) {
    const Mapping* by = shipped().set.find(mapping);
    REQUIRE(by != nullptr);
    const auto mapped = by->apply(sample::message(payload), {"d1", true, "UTC"});
    if (!mapped) return mapped.error().reason;
    std::string text;
    for (const auto& report : mapped->reports) {
        for (const auto& observation : report.observations) {
            const auto& code = observation.code;
            text += code.mdc != 0         ? std::to_string(code.mdc)
                    : !code.loinc.empty() ? code.loinc
                                          : code.local_code;
            text +=
                "=" + (std::holds_alternative<model::Quantity>(observation.value)
                           ? sample::quantity(observation)
                           : std::string(std::holds_alternative<bool>(observation.value) ? "flag" : "other"));
            if (observation.quality != model::Quality::reliable) text += "?";
            text += "; ";
        }
    }
    for (const auto& [reason, count] : mapped->refused_values)
        text += reason + ":" + std::to_string(count) + "; ";
    return text;
}

std::string sample_file(const std::string& name) {
    const auto text = read_file(EDGEWARD_SOURCE_DIR "/../shared/data/iomt-device-json/" + name);
    if (!text) SKIP("the public samples are not here");
    return *text;
}

// The first fenced block of a language in the documentation.
std::string documented(std::string_view language) {
    const auto page = read_file(EDGEWARD_SOURCE_DIR "/docs/mappings.md");
    REQUIRE(page.has_value());
    const std::string fence = "\n```" + std::string(language) + "\n";
    const std::size_t begin = page->find(fence);
    REQUIRE(begin != std::string::npos);
    const std::size_t from = begin + fence.size();
    return page->substr(from, page->find("```", from) - from);
}

}  // namespace

TEST_CASE("the worked example of the documentation works as printed", "[shipped_mappings]") {
    CHECK(describe(sample::mapped(documented("toml"), documented("json")), false) == documented("text"));
}

// Made by Eclipse Tahu's library, see sparkplug_sample.hpp.
TEST_CASE("a birth of a Sparkplug device gives its values in their units", "[shipped_mappings]") {
    const Bytes birth = sample::sparkplug("device_birth");
    CHECK(read("sparkplug", text_of(birth)) ==
          "147842=62.8 /min; 150364=37.25 Cel; 150021=118 mm[Hg]; lead_off=flag; not_listed:3; ");
    const Bytes death = sample::sparkplug("device_death");
    CHECK(read("sparkplug", text_of(death)).empty());
    const Bytes by_alias = sample::sparkplug("device_data_by_alias");
    CHECK(read("sparkplug", text_of(by_alias)) == "no_birth");
}

TEST_CASE("every shipped mapping is sound and without warnings", "[shipped_mappings]") {
    for (const auto& problem : lint(EDGEWARD_SOURCE_DIR "/config/mappings"))
        FAIL_CHECK(problem.to_string());
    CHECK(shipped().set.names() == std::vector<std::string>{"blood_gas", "fhir_observation", "generic",
                                                            "glucometer", "hl7_laboratory", "hl7_monitor",
                                                            "infusion_technical", "iomt_body", "iomt_central",
                                                            "iomt_flat", "iomt_hub", "monitor_csv",
                                                            "monitor_flat", "senml", "sparkplug"});
}

TEST_CASE("the flat monitor yields every column that is on", "[shipped_mappings]") {
    CHECK(
        read("monitor_flat",
             R"({"ts":"2026-11-23T19:48:00+01:00","HR":62.8,"ABPSys":118,"ABPDias":61,"ABPMean":80,"PULSE":62,
                   "RESP":12.7,"SpO2":98,"NBPSys":121,"NBPDias":64,"NBPMean":83})") ==
        "147842=62.8 /min; 150037=118 mm[Hg]; 150038=61 mm[Hg]; 150039=80 mm[Hg]; 149514=62 /min; "
        "151562=12.7 /min; 150456=98 %; 150021=121 mm[Hg]; 150022=64 mm[Hg]; 150023=83 mm[Hg]; ");
    CHECK(read("monitor_flat",
               R"({"ts":"2026-11-23T19:48:00+01:00","HR":62.8,"ABPSys":0,"ABPDias":0,"ABPMean":0,"PULSE":0,
                   "RESP":12.7,"SpO2":0,"NBPSys":null,"NBPDias":null,"NBPMean":null,"alias":"x"})") ==
          "147842=62.8 /min; 151562=12.7 /min; off:5; absent:3; ");
    CHECK(read("monitor_flat", R"({"ts":"2026-11-23T19:48:00+01:00","HR":500})") == "out_of_range:1; ");
    CHECK(read("monitor_flat", R"({"HR":62.8})") == "bad_timestamp");
    CHECK(read("monitor_flat", R"({"ts":"2026-11-23T19:48:00+01:00"})") == "no_values");
}

TEST_CASE("the own format takes any unit of the right dimension", "[shipped_mappings]") {
    CHECK(read("generic",
               R"({"patient":"4711","time":"2026-11-23T19:48:00+01:00","values":[
                   {"code":"heart_rate","value":62.8,"unit":"/min"},
                   {"code":"core_temperature","value":98.6,"unit":"[degF]","quality":"questionable"},
                   {"code":"etco2","value":5.3,"unit":"kPa"},{"code":"glucose","value":5.5,"unit":"mmol/L"},
                   {"code":"shoe_size","value":42,"unit":"1"},{"code":"spo2","value":97},
                   {"code":"battery","value":80,"unit":"%"}]})") ==
          "147842=62.8 /min; 150368=37.0 Cel?; 151708=40 mm[Hg]; battery_charge=80 %; "
          "not_listed:1; unknown_unit:1; unit_mismatch:1; ");
}

TEST_CASE("SenML records are told apart by their local names", "[shipped_mappings]") {
    CHECK(
        read(
            "senml",
            R"([{"bn":"urn:dev:mac:0024befffe804ff1:","bt":1795459680,"n":"heart_rate","u":"beat/min","v":71},
                   {"n":"spo2","u":"/","v":0.97},{"n":"body_temperature","u":"K","v":310.15},
                   {"n":"battery","u":"%EL","v":80},{"n":"lead_off","vb":true},{"n":"label","vs":"Bed 7"},
                   {"n":"humidity","u":"%RH","v":40}])") ==
        "147842=71 /min; 150456=97 %; 150364=37.00 Cel; battery_charge=80 %; lead_off=flag; not_listed:1; ");
    // RFC 8428 §5.1.2, second example, shortened
    CHECK(read("senml", R"([{"bn":"urn:dev:ow:10e2073a0108006:","bt":1.276020076001e+09,"bu":"A","bver":5,
                             "n":"voltage","u":"V","v":120.1},{"n":"current","t":-5,"v":1.2},
                            {"n":"current","t":-4,"v":1.3}])") ==
          "supply_voltage=120.1 V; supply_current=1.2 A; supply_current=1.3 A; ");
}

TEST_CASE("IoT Hub envelopes are read with the device's time or the hub's", "[shipped_mappings]") {
    CHECK(read("iomt_hub", R"({"Body":{"heartrate":"203"},"Properties":{"iothub-creation-time-utc":
          "2026-01-30T22:45:02.6073744Z"},"SystemProperties":{"iothub-enqueuedtime":"2026-02-01T22:46:01.875Z"}})") ==
          "147842=203 /min; ");
    CHECK(read("iomt_hub", R"({"Body":{"systolic":"111","diastolic":"75","steps":"30"},"Properties":{},
          "SystemProperties":{"iothub-enqueuedtime":"2026-02-01T22:46:01.875Z"}})") ==
          "150017=111 mm[Hg]; 150018=75 mm[Hg]; 55423-8=30 {steps}; ");
    CHECK(read("iomt_hub", R"({"Body":{"heartrate":"203"},"Properties":{}})") == "bad_timestamp");
    CHECK(read("iomt_body",
               R"({"Body":{"systolic":"123","diastolic":"87","endDate":"2026-02-01T22:46:01.875Z"}})") ==
          "150017=123 mm[Hg]; 150018=87 mm[Hg]; ");
    CHECK(read("iomt_body", R"({"Body":[{"heartRate":"78","endDate":"2026-02-01T20:46:01Z"},
                                        {"heartRate":"81","endDate":"2026-02-01T21:46:01Z"}]})") ==
          "147842=78 /min; 147842=81 /min; ");
    CHECK(read("iomt_body", R"({"Body":[]})") == "no_rule_matches");
}

TEST_CASE("IoT Central telemetry and flat wearable messages are read", "[shipped_mappings]") {
    CHECK(read("iomt_central",
               R"({"messageSource":"telemetry","enqueuedTime":"2026-08-05T22:26:55.455Z","telemetry":
          {"Activity":"running","BloodPressure":{"Diastolic":7,"Systolic":71},"RespiratoryRate":13}})") ==
          "151562=13 /min; 150017=71 mm[Hg]; 150018=7 mm[Hg]?; ");
    CHECK(read("iomt_central",
               R"({"messageSource":"deviceLifecycle","enqueuedTime":"2026-08-05T22:26:55Z"})") ==
          "no_rule_matches");
    CHECK(read("iomt_flat", R"({"deviceid":"w1","patientid":"p1","measurementdatetime":"2026-11-23T18:48:00Z",
                                "systolic":"120","diastolic":"80","hrv":"41.5","deviceWorn":1})") ==
          "150017=120 mm[Hg]; 150018=80 mm[Hg]; 80404-7=41.5 ms; device_worn=flag; ");
}

TEST_CASE("an infusion pump's technical state carries no person", "[shipped_mappings]") {
    const std::string payload =
        R"({"at":1795459680,"count":4711,"battery":{"charge":84,"volts":12.4,"on_mains":true},"firmware":"3.2",
            "state":"RUN","pump_hours":1204.5,"pressure_sensor":{"offset_mbar":1.5}})";
    CHECK(read("infusion_technical", payload) ==
          "battery_charge=84 %; battery_voltage=12.4 V; on_mains=flag; pump_state=other; "
          "operating_time=1204.5 h; "
          "pressure_sensor_offset=1.5 mbar; ");
    const auto mapped =
        shipped().set.find("infusion_technical")->apply(sample::message(payload), {"d1", true, "UTC"});
    CHECK_FALSE(mapped->reports.at(0).about_person);
    CHECK(mapped->reports.at(0).sequence == 4711);
    CHECK(read("infusion_technical", R"({"at":1795459680,"state":"EXPLODED"})") == "not_listed:1; ");
}

TEST_CASE("lines of a monitor are read with their decimal commas", "[shipped_mappings]") {
    CHECK(read("monitor_csv",
               "Zeit;HF;Puls;AF;SpO2;Temp;NIBP sys;NIBP dia;NIBP mittel\r\n"
               "2026-11-23T19:48:00;62;62;12;98;37,5;118;61;80\r\n2026-11-23T19:49:00;0;;13;97;;;;\r\n") ==
          "147842=62 /min; 149514=62 /min; 151562=12 /min; 150456=98 %; 150364=37.5 Cel; 150021=118 mm[Hg]; "
          "150022=61 mm[Hg]; 150023=80 mm[Hg]; 151562=13 /min; 150456=97 %; off:1; absent:5; ");
    CHECK(read("monitor_csv", "Zeit;HF\n2026-11-23T19:48:00;62;1\n") == "bad_csv");
}

// Shapes of the examples in HL7 FHIR R4 and gematik ISiK Vitalparameter, with a time of day.
TEST_CASE("FHIR Observations are read by their LOINC codes, alone and in a Bundle", "[shipped_mappings]") {
    const std::string heart_rate =
        R"({"resourceType":"Observation","status":"final","code":{"coding":[
            {"system":"http://snomed.info/sct","code":"364075005"},{"system":"http://loinc.org","code":"8867-4"},
            {"system":"urn:iso:std:iso:11073:10101","code":"147842"}]},
            "subject":{"reference":"Patient/Mustermann"},"effectiveDateTime":"2026-11-23T19:48:00+01:00",
            "valueQuantity":{"value":62.8,"unit":"beats/minute","system":"http://unitsofmeasure.org","code":"/min"}})";
    const std::string pressure =
        R"({"resourceType":"Observation","status":"amended","code":{"coding":[{"system":"http://loinc.org","code":"85354-9"}]},
            "effectivePeriod":{"start":"2026-11-23T19:48:00+01:00"},"component":[
            {"code":{"coding":[{"system":"http://loinc.org","code":"8480-6"}]},"valueQuantity":{"value":118,"code":"mm[Hg]"}},
            {"code":{"coding":[{"system":"http://loinc.org","code":"8462-4"}]},"valueQuantity":{"value":61,"code":"mm[Hg]"}}]})";
    CHECK(read("fhir_observation", heart_rate) == "147842=62.8 /min; ");
    CHECK(read("fhir_observation", pressure) == "150017=118 mm[Hg]; 150018=61 mm[Hg]; ");
    CHECK(read("fhir_observation", R"({"resourceType":"Bundle","type":"transaction","entry":[{"resource":)" +
                                       heart_rate + R"(},{"resource":)" + pressure +
                                       R"(},{"resource":{"resourceType":"Device"}}]})") ==
          "147842=62.8 /min; 150017=118 mm[Hg]; 150018=61 mm[Hg]; ");

    const auto with = [&](const std::string& what, const std::string& by) {
        std::string changed = heart_rate;
        changed.replace(changed.find(what), what.size(), by);
        return read("fhir_observation", changed);
    };
    CHECK(with("final", "preliminary") == "no_rule_matches");
    CHECK(with("final", "entered-in-error") == "no_rule_matches");
    CHECK(with("2026-11-23T19:48:00+01:00", "2026-11-23") == "bad_timestamp");  // a whole day is no time
    CHECK(with("\"/min\"", "\"furlong\"") == "unknown_unit:1; ");
    CHECK(with("8867-4", "99999-9") == "not_listed:1; ");
}

TEST_CASE("the public IoMT payloads are read", "[shipped_mappings]") {
    struct Row {
        const char* mapping;
        const char* file;
        const char* result;
    };
    const Row row = GENERATE(values<Row>({
        {"iomt_hub", "data_IotHubPayloadExample.json", "147842=203 /min; "},
        {"iomt_hub", "data_IotHubPayloadExampleMissingCreateTime.json", "147842=203 /min; "},
        {"iomt_hub", "data_IotHubPayloadMultiValueExample.json",
         "150017=111 mm[Hg]; 150018=75 mm[Hg]; 55423-8=30 {steps}; "},
        {"iomt_central", "data_IotCentralPayloadExample.json",
         "151562=13 /min; 150017=71 mm[Hg]; 150018=7 mm[Hg]?; "},
        {"iomt_body", "data_Documentation_CalculatedFunction_BloodPressure_Payload.json",
         "150017=123 mm[Hg]; 150018=87 mm[Hg]; "},
        {"iomt_body", "data_Documentation_CalculatedFunction_HeartRate_Payload.json", "147842=78 /min; "},
        {"iomt_body", "data_Documentation_CalculatedFunction_MultipleMeasurements_Payload.json",
         "147842=78 /min; 55423-8=2 {steps}; "},
        {"iomt_body", "data_Documentation_CalculatedFunction_MultipleMeasurements_FromArray_Payload.json",
         "147842=78 /min; 147842=81 /min; 147842=72 /min; "},
    }));
    CAPTURE(row.file);
    CHECK(read(row.mapping, sample_file(row.file)) == row.result);
}

TEST_CASE("a glucometer's units are told apart and its controls are no patient's", "[shipped_mappings]") {
    CHECK(
        read(
            "glucometer",
            R"({"time":"2026-11-23T18:48:00Z","seq":1,"patient":"4711","sample":"patient","glucose":"<20","unit":"mg/dL"})") ==
        "41653-7=<20 mg/dL; ");
    CHECK(
        read(
            "glucometer",
            R"({"time":"2026-11-23T18:48:00Z","seq":1,"patient":"4711","sample":"patient","glucose":5.5,"unit":"mmol/L"})") ==
        "14743-9=5.5 mmol/L; ");
    CHECK(
        read(
            "glucometer",
            R"({"time":"2026-11-23T18:48:00Z","seq":1,"patient":"4711","sample":"patient","glucose":5.5,"unit":"g"})") ==
        "no_rule_matches");
    const auto* mapping = shipped().set.find("glucometer");
    const auto control = mapping->apply(
        sample::message(
            R"({"time":"2026-11-23T18:48:00Z","seq":1,"patient":"4711","sample":"control","glucose":99,"unit":"mg/dL"})"),
        {"d1", true, "UTC"});
    REQUIRE(control.has_value());
    REQUIRE(control->reports.size() == 1);
    CHECK_FALSE(control->reports[0].about_person);
    CHECK_FALSE(control->reports[0].patient);
}

// pCO2 5.3 kPa: 1 kPa is 7.50062 mm[Hg] (UCUM).
TEST_CASE("a blood gas analyser is read by its codes and a wrong unit is refused", "[shipped_mappings]") {
    CHECK(read("blood_gas",
               R"({"time":"2026-11-23T18:48:00Z","seq":1,"patient":"4711","sample":"arterial","results":[
        {"code":"pH","value":"7.41"},{"code":"pCO2","value":"5.30","unit":"kPa"},{"code":"Lac","value":"<0.3","unit":"mmol/L"},
        {"code":"Glu","value":99,"unit":"mg/dL"},{"code":"XY","value":1,"unit":"mmol/L"}]})") ==
          "2019-8=39.8 mm[Hg]; 32693-4=<0.3 mmol/L; 2744-1=7.41 [pH]; not_listed:1; unit_mismatch:1; ");
    CHECK(
        read("blood_gas",
             R"({"time":"2026-11-23T18:48:00Z","seq":1,"patient":"4711","sample":"control","results":[]})") ==
        "no_rule_matches");
}

// The units of LOINC and UCUM as the laboratories of the published messages state them.
TEST_CASE("the mapping of laboratories knows each glucose by its unit", "[shipped_mappings]") {
    const auto* mapping = shipped().set.find("hl7_laboratory");
    REQUIRE(mapping != nullptr);
    const auto read_row = [&](std::string_view row) -> std::string {
        const auto octets =
            hl7::sample::laboratory("ORU^R01", "OBR|1||F1||||202611231848\r" + std::string(row));
        const auto message = hl7::read_results(octets, hl7::sample::reading());
        const auto mapped = mapping->apply(*message, sample::received, {"d1", true, "UTC"});
        if (!mapped) return mapped.error().reason;
        if (mapped->reports.empty()) return "nothing";
        const auto& observation = mapped->reports[0].observations.at(0);
        return observation.code.loinc + " " + sample::quantity(observation);
    };
    CHECK(read_row("OBX|1|NM|2345-7^^LN||99|mg/dL|||||F") == "2345-7 99 mg/dL");
    CHECK(read_row("OBX|1|NM|14749-6^^LN||5.5|mmol/L|||||F") == "14749-6 5.5 mmol/L");
    CHECK(read_row("OBX|1|NM|2345-7^^LN||5.5|mmol/L|||||F") == "bad_value");
    CHECK(read_row("OBX|1|NM|26464-8^^LN||105600|{cells}/uL|||||F") == "26464-8 105.600 10*3/uL");
    CHECK(read_row("OBX|1|NM|26453-1^^LN||4.08|tera.l-1|||||F") == "26453-1 4.08 10*6/uL");
    CHECK(read_row("OBX|1|NM|2345-7^^LN||99|mg/dL|||||X") == "nothing");
}
