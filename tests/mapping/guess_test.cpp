#include "guess.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace edgeward;
using namespace edgeward::mapping;

namespace {

std::string parameter(std::string_view name, const std::vector<std::string>& around = {}) {
    const auto* entry = guess_parameter(name, around);
    return entry == nullptr ? std::string() : std::string(entry->parameter);
}

Node node(NodeKind kind, std::string text) {
    Node made;
    made.kind = kind;
    made.text = std::move(text);
    return made;
}

}  // namespace

TEST_CASE("names fall into words", "[guess]") {
    using Words = std::vector<std::string>;
    CHECK(words_of("bodyTemp_T1") == Words{"body", "temp", "t1"});
    CHECK(words_of("NBPSys") == Words{"nbp", "sys"});
    CHECK(words_of("SpO2") == Words{"spo2"});
    CHECK(words_of("heart rate") == Words{"heart", "rate"});
    CHECK(words_of("RespiratoryRate") == Words{"respiratory", "rate"});
    CHECK(words_of("körpertemperatur") == Words{"körpertemperatur"});
    CHECK(words_of("--").empty());
}

// Names of the published payloads in microsoft/iomt-fhir, of PhysioNet numerics, and of monitors' manuals.
TEST_CASE("names of parameters are recognised in English and German", "[guess]") {
    CHECK(parameter("heartRate") == "heart_rate");
    CHECK(parameter("heartrate") == "heart_rate");
    CHECK(parameter("HR") == "heart_rate");
    CHECK(parameter("Herzfrequenz") == "heart_rate");
    CHECK(parameter("SpO2") == "spo2");
    CHECK(parameter("ABPSys") == "abp_systolic");
    CHECK(parameter("ABPDias") == "abp_diastolic");
    CHECK(parameter("NBPMean") == "nibp_mean");
    CHECK(parameter("Systolic", {"blood", "pressure"}) == "systolic");
    CHECK(parameter("sys", {"nibp"}) == "nibp_systolic");
    CHECK(parameter("RESP") == "respiratory_rate");
    CHECK(parameter("RespiratoryRate") == "respiratory_rate");
    CHECK(parameter("PULSE") == "pulse_rate");
    CHECK(parameter("Temp") == "body_temperature");
    CHECK(parameter("T1") == "temperature");
    CHECK(parameter("etCO2") == "etco2");
    CHECK(parameter("ZVD") == "cvp");
    CHECK(parameter("weight") == "body_weight");
}

TEST_CASE("codes are recognised as such", "[guess]") {
    CHECK(parameter("147842") == "heart_rate");
    CHECK(parameter("MDC_PULS_OXIM_SAT_O2") == "spo2");
    CHECK(parameter("8310-5") == "body_temperature");
    CHECK(parameter("core_temperature") == "core_temperature");
}

TEST_CASE("what is around a name does not make it something", "[guess]") {
    CHECK(parameter("battery", {"heart", "rate"}).empty());
    CHECK(parameter("steps").empty());
    CHECK(parameter("x").empty());
    CHECK(parameter("").empty());
    CHECK(parameter("99999999999999999999").empty());
}

TEST_CASE("members have their roles by their names", "[guess]") {
    CHECK(role_of("patientId") == Role::patient);
    CHECK(role_of("MRN") == Role::patient);
    CHECK(role_of("deviceId") == Role::device);
    CHECK(role_of("seq") == Role::sequence);
    CHECK(role_of("unit") == Role::unit);
    CHECK(role_of("code") == Role::code);
    CHECK(role_of("value") == Role::reading);
    CHECK(role_of("timestamp") == Role::time);
    CHECK(role_of("HR") == Role::value);
}

TEST_CASE("times are recognised by their form", "[guess]") {
    CHECK(time_format_of(node(NodeKind::text, "2026-11-23T19:48:00+01:00")) == "rfc3339");
    CHECK(time_format_of(node(NodeKind::text, "2026-11-23T19:48:00")) == "local");
    CHECK(time_format_of(node(NodeKind::number, "1795459680")) == "epoch_s");
    CHECK(time_format_of(node(NodeKind::number, "1795459680123")) == "epoch_ms");
    CHECK_FALSE(time_format_of(node(NodeKind::number, "78")));
    CHECK_FALSE(time_format_of(node(NodeKind::text, "tomorrow")));
    CHECK_FALSE(time_format_of(node(NodeKind::boolean, "")));
    CHECK(is_number(node(NodeKind::text, "37.0")));
    CHECK_FALSE(is_number(node(NodeKind::text, "37 C")));
}
