#include <edgeward/fhir/alert_bundle.hpp>

#include <catch2/catch_test_macros.hpp>
#include <nlohmann/json.hpp>

#include "alert_sample.hpp"

using namespace edgeward;
using namespace edgeward::fhir;
using model::Alert;
using nlohmann::json;
using samples::alert;
using samples::alert_settings;

namespace {

json entry_of(const Alert& alert) {
    const auto bundle = json::parse(render_alert_bundle(alert_settings(), alert));
    CHECK(bundle.at("type") == "transaction");
    REQUIRE(bundle.at("entry").size() == 1);
    return bundle.at("entry").at(0);
}

}  // namespace

// R4 DetectedIssue: http://hl7.org/fhir/R4/detectedissue.html
TEST_CASE("what is raised is created unless it is there", "[alert_bundle]") {
    const auto entry = entry_of(alert());
    CHECK(entry.at("request") == json::parse(R"({"method":"POST","url":"DetectedIssue","ifNoneExist":
              "identifier=urn:ietf:rfc:3986%7Curn:uuid:7eed79ac-d3ab-88f8-964e-e652c182f483"})"));
    CHECK(entry.at("resource") == json::parse(R"({
      "resourceType":"DetectedIssue",
      "meta":{"source":"urn:oid:1.2.3","security":[
        {"system":"http://terminology.hl7.org/CodeSystem/v3-ObservationValue","code":"PSEUDED"}]},
      "contained":[{"resourceType":"Observation","id":"value-1","status":"preliminary",
        "code":{"coding":[{"system":"http://loinc.org","code":"59408-5"},
          {"system":"urn:iso:std:iso:11073:10101","code":"150456","display":"MDC_PULS_OXIM_SAT_O2"}],
          "text":"Oxygen saturation"},
        "effectiveDateTime":"2026-11-26T05:00:01.000Z",
        "valueQuantity":{"value":85.0,"unit":"%","system":"http://unitsofmeasure.org","code":"%"},
        "referenceRange":[{"low":{"value":88,"unit":"%","system":"http://unitsofmeasure.org","code":"%"}}]}],
      "identifier":[{"system":"urn:ietf:rfc:3986",
        "value":"urn:uuid:7eed79ac-d3ab-88f8-964e-e652c182f483"}],
      "status":"preliminary",
      "code":{"coding":[{"system":"urn:edgeward:fhir:alarm-rule","code":"spo2-low"}],"text":"SpO2 \"niedrig\""},
      "severity":"high",
      "identifiedPeriod":{"start":"2026-11-26T05:00:01.000Z"},
      "implicated":[
        {"type":"Device","identifier":{"system":"https://hospital.example/devices","value":"monitor-icu-07"}},
        {"type":"Location","display":"ICU / 1 / 07"}],
      "evidence":[{"detail":[{"reference":"#value-1"}]}],
      "detail":"Not the primary alarm"})"));
    // Servers replace texts that equal a fullUrl.
    CHECK(entry.at("fullUrl") != "urn:uuid:" + alert().id);
}

TEST_CASE("digits stay as the device wrote them", "[alert_bundle]") {
    CHECK(render_alert_bundle(alert_settings(), alert()).find(R"("value":85.0,)") != std::string::npos);
}

TEST_CASE("later notices take the place of what is there", "[alert_bundle]") {
    auto later = alert();
    later.phase = Alert::Phase::acknowledged;
    later.acknowledged = later.time;
    auto entry = entry_of(later);
    CHECK(entry.at("request") == json::parse(R"({"method":"PUT","url":
        "DetectedIssue?identifier=urn:ietf:rfc:3986%7Curn:uuid:7eed79ac-d3ab-88f8-964e-e652c182f483"})"));
    CHECK(entry.at("resource").at("status") == "preliminary");
    CHECK(entry.at("resource").at("mitigation") ==
          json::parse(R"([{"action":{"text":"acknowledged"},"date":"2026-11-26T05:00:11.000Z"}])"));
    later.phase = Alert::Phase::ended;
    later.ended = later.time;
    entry = entry_of(later);
    CHECK(entry.at("resource").at("status") == "final");
    CHECK(entry.at("resource").at("identifiedPeriod").at("end") == "2026-11-26T05:00:11.000Z");
}

TEST_CASE("a receiver that may know the ward alone gets neither device nor values", "[alert_bundle]") {
    auto reduced = alert();
    reduced.location = {"ICU", "", ""};
    reduced.device.clear();
    reduced.values.clear();
    reduced.about_person = false;
    reduced.priority = Alert::Priority::medium;
    const auto resource = entry_of(reduced).at("resource");
    CHECK(resource.at("implicated") == json::parse(R"([{"type":"Location","display":"ICU"}])"));
    CHECK(resource.at("severity") == "moderate");
    for (const char* hidden : {"contained", "evidence"})
        CHECK_FALSE(resource.contains(hidden));
    CHECK_FALSE(resource.at("meta").contains("security"));
}
