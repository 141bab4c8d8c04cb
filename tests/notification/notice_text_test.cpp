#include "notice_text.hpp"

#include <catch2/catch_test_macros.hpp>
#include <nlohmann/json.hpp>

#include "telling.hpp"

namespace edgeward::notification {

using nlohmann::json;

TEST_CASE("a notice says what happened where, and to nobody by name", "[notice_text]") {
    const auto made = json::parse(notice_json(telling(raised_alarm()), target("ward")));
    CHECK(made == json::parse(R"({
        "edgeward": "alarm", "version": 1,
        "note": "Additional information. Not the primary alarm: the alarms of the medical devices are.",
        "alarm": "7eed79ac-d3ab-88f8-964e-e652c182f483", "sequence": 1, "event": "raised",
        "event_time": "2026-11-23T18:36:41.000Z", "repeated": false, "state": "active", "stage": 1,
        "rule": "spo2-low", "text": "SpO2 low", "priority": "high", "ward": "ICU", "room": "1", "bed": "07",
        "device": "monitor-1", "onset": "2026-11-23T18:36:40.000Z", "raised": "2026-11-23T18:36:41.000Z",
        "values": [{"parameter": "spo2", "mdc": 150456, "loinc": "59408-5", "value": "85", "unit": "%",
                    "time": "2026-11-23T18:36:40.000Z"}]})"));
}

TEST_CASE("a technical target is told neither values nor bed nor device", "[notice_text]") {
    const std::string text = notice_json(telling(raised_alarm(), alarm::Step::ended, true),
                                         target("it", model::IdentityLevel::technical));
    const auto made = json::parse(text);
    for (const char* name : {"values", "room", "bed", "device"})
        CHECK_FALSE(made.contains(name));
    CHECK(made.at("ward") == "ICU");
    CHECK(made.at("event") == "ended");
    CHECK(made.at("repeated") == true);
    CHECK(text.find("85") == std::string::npos);
}

TEST_CASE("a notice never has the pseudonym", "[notice_text]") {
    const std::string text = notice_json(telling(raised_alarm()), target("ward"));
    CHECK(text.find("0101010101010101") == std::string::npos);
}

TEST_CASE("alerts of the Alertmanager have labels that stay and an end", "[notice_text]") {
    auto settings = target("monitoring", model::IdentityLevel::technical);
    auto ended = raised_alarm();
    ended.state = alarm::State::ended;
    ended.ended = alarm::at(20);
    ended.location.ward.clear();
    const auto made =
        json::parse(alerts_json({telling(raised_alarm()), telling(ended)}, settings, alarm::at(300)));
    REQUIRE(made.size() == 2);
    CHECK(made[0] == json::parse(R"({
        "labels": {"alertname": "spo2-low", "alarm": "7eed79ac-d3ab-88f8-964e-e652c182f483", "severity": "high",
                   "ward": "ICU", "service": "edgeward"},
        "annotations": {"summary": "SpO2 low", "state": "active", "stage": "1",
            "note": "Additional information. Not the primary alarm: the alarms of the medical devices are."},
        "startsAt": "2026-11-23T18:36:41.000Z", "endsAt": "2026-11-23T18:41:40.000Z"})"));
    CHECK(made[1].at("endsAt") == "2026-11-23T18:37:00.000Z");
    CHECK_FALSE(made[1].at("labels").contains("ward"));
}

TEST_CASE("a rule speaks the language that is asked for, or any it has, or has a name", "[notice_text]") {
    auto rule = alarm::rules(alarm::spo2_low("below = 88\ntext.de = \"SpO2 niedrig\"\n")).rules.front();
    CHECK(text_of_rule(rule, "de") == "SpO2 niedrig");
    CHECK(text_of_rule(rule, "en") == "SpO2 low");
    CHECK(text_of_rule(rule, "fr") == "SpO2 niedrig");
    rule.texts.clear();
    CHECK(text_of_rule(rule, "de") == "spo2-low");
}

}  // namespace edgeward::notification
