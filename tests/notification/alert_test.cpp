#include "alert.hpp"

#include <catch2/catch_test_macros.hpp>

#include "telling.hpp"

namespace edgeward::notification {

using model::Alert;

TEST_CASE("a target that may know of persons' values gets them with the rule's bounds", "[alert]") {
    const auto made = alert_of(telling(raised_alarm()), target("pager"));
    CHECK(made.phase == Alert::Phase::raised);
    CHECK(made.priority == Alert::Priority::high);
    CHECK(made.about_person);
    CHECK(made.location == model::Location{"ICU", "1", "07"});
    CHECK(made.device == "monitor-1");
    CHECK(made.note == not_primary);
    REQUIRE(made.values.size() == 1);
    CHECK(made.values[0].code.mdc == 150456);
    CHECK(made.values[0].code.mdc_refid == "MDC_PULS_OXIM_SAT_O2");
    CHECK(made.values[0].value == "85");
    CHECK(made.values[0].below == "88");
    CHECK(made.values[0].above.empty());
}

TEST_CASE("a technical target learns the ward and nothing of place, device and values", "[alert]") {
    const auto made = alert_of(telling(raised_alarm()), target("pager", model::IdentityLevel::technical));
    CHECK(made.location == model::Location{"ICU", "", ""});
    CHECK(made.device.empty());
    CHECK(made.values.empty());
    CHECK(made.about_person);
}

TEST_CASE("a notice that is told late reads as if it had been told in time", "[alert]") {
    const auto early = alert_of(telling(raised_alarm()), target("pager"));
    auto later = raised_alarm();
    later.state = alarm::State::ended;
    later.acknowledged = alarm::at(5);
    later.ended = alarm::at(9);
    CHECK(alert_of(telling(later), target("pager")) == early);
    const auto ended = alert_of(telling(later, alarm::Step::ended), target("pager"));
    CHECK(ended.phase == Alert::Phase::ended);
    CHECK(ended.ended == ended.time);
}

TEST_CASE("of a rule that is gone the value keeps the name it had", "[alert]") {
    auto told = telling(raised_alarm());
    told.rule = {};
    told.rule.name = "spo2-low";
    const auto made = alert_of(told, target("pager"));
    REQUIRE(made.values.size() == 1);
    CHECK(made.values[0].code.local_code == "spo2");
    CHECK(made.values[0].below.empty());
    CHECK(made.text == "spo2-low");
}

TEST_CASE("a person's own limits are those in force", "[alert]") {
    auto told = telling(raised_alarm());
    alarm::Limits own;
    own.below = 80.5;
    told.rule.persons[raised_alarm().subject->octets()] = own;
    CHECK(alert_of(told, target("pager")).values.at(0).below == "80.5");
}

TEST_CASE("the differences a trend looks for are no bounds of a value", "[alert]") {
    auto told = telling(raised_alarm());
    told.rule.kind = alarm::Kind::trend;
    CHECK(alert_of(told, target("pager")).values.at(0).below.empty());
}

}  // namespace edgeward::notification
