#include "alarm_desk.hpp"

#include <catch2/catch_test_macros.hpp>

#include <atomic>

#include "sink.hpp"

namespace edgeward::notification {
namespace {

using alarm::Step;
using support::eventually;

// A desk beside a house's service, which does nothing here.
struct DeskHouse : House {
    DeskHouse() {
        AlarmSettings settings;
        settings.principals = {"nurse-1"};
        settings.targets = {target("ward")};
        settings.stages = {{{}, alarm::Priority::low, {"ward"}}};
        desk = std::make_unique<AlarmDesk>(settings, alarm::rules(alarm::spo2_low()), decider, *parts);
        auto report = alarm::report(1, {{"spo2", "80"}});
        report.subject = person;
        desk->save(desk->engine.see(report, "m"));
        id = desk->figures_now().alarms.at(0).id;
    }
    ~DeskHouse() { close(); }
    DeskHouse(const DeskHouse&) = delete;
    DeskHouse& operator=(const DeskHouse&) = delete;

    bool acknowledged_as(const std::string& principal, const std::string& alarm) {
        std::atomic<bool> done = false;
        desk->acknowledged_by_topic("alarms/acknowledge/" + principal + "/" + alarm,
                                    [&done] { done = true; });
        return eventually([&] { return done.load(); });
    }
    // The commit of the step before may come at any time.
    [[nodiscard]] bool waits(std::uint64_t sequence) const {
        const std::lock_guard lock(desk->mutex);
        return desk->waiting.contains({id, sequence});
    }
    [[nodiscard]] alarm::State state() const { return desk->figures_now().alarms.at(0).state; }

    std::unique_ptr<AlarmDesk> desk;
    std::string id;
};

}  // namespace

TEST_CASE("a known principal acknowledges, and hears so when it is on disk", "[alarm_desk]") {
    DeskHouse house;
    REQUIRE(house.acknowledged_as("nurse-1", house.id));
    CHECK(house.state() == alarm::State::acknowledged);
    const auto rows = house.store.reader->alarms(Instant{})->alarms;
    REQUIRE(rows.size() == 1);
    CHECK(rows.front().alarm.actor == "principal:nurse-1");
    CHECK(house.acknowledged_as("nurse-1", house.id));   // again: nothing changes
    CHECK(house.acknowledged_as("nurse-1", "unknown"));  // it may have ended
}

TEST_CASE("an unknown principal changes nothing and is recorded", "[alarm_desk]") {
    DeskHouse house;
    REQUIRE(house.acknowledged_as("monitor-1", house.id));
    CHECK(house.state() == alarm::State::active);
    CHECK(house.recorded("principal:monitor-1 access_denied denied"));
}

TEST_CASE("a topic that names nothing is passed over", "[alarm_desk]") {
    DeskHouse house;
    CHECK(house.acknowledged_as("nurse 1", house.id));
    CHECK(house.state() == alarm::State::active);
}

TEST_CASE("a target is asked for a permit like a destination", "[alarm_desk]") {
    DeskHouse house;
    const auto one = raised_alarm(house.person);
    CHECK(house.desk->permit(target("ward"), one).value() == "treatment-may-be-pseudonymous");
    CHECK(house.desk->permit(target("it", model::IdentityLevel::technical), one).value() ==
          "technical-data-carries-no-person");
    auto research = target("study");
    research.purpose = model::Purpose::research;
    research.legal_basis = "consent";
    const auto refused = house.desk->permit(research, one);  // no consent is on record
    REQUIRE_FALSE(refused);
    CHECK(refused.error().kind == ErrorKind::denied);
    CHECK(refused.error().message == "secondary-use-needs-consent");

    const auto id =
        house.vault->restrict_processing(house.person, "legal_claims", policy::Restriction::all, "user:1");
    REQUIRE(id);
    CHECK(house.desk->permit(target("ward"), one).error().message == "restriction-stops-all-use");
    REQUIRE(house.vault->lift_restriction(*id, "user:1"));
    CHECK(house.desk->permit(target("ward"), one));
}

TEST_CASE("what goes on is known by target, with the texts of its rule", "[alarm_desk]") {
    DeskHouse house;
    const auto all = house.desk->going_on();
    REQUIRE(all.size() == 1);
    CHECK(all.front().notice.target == "ward");
    CHECK(all.front().rule.texts.at("en") == "SpO2 low");
    CHECK(house.desk->rule_of("gone").texts.empty());
    house.desk->forget({house.person});
    CHECK(house.desk->going_on().empty());
}

TEST_CASE("notices wait for the commit of their step, and no longer", "[alarm_desk]") {
    DeskHouse house;
    auto report = alarm::report(9, {{"spo2", "95"}});
    report.subject = house.person;
    const auto made = house.desk->prepare(house.desk->engine.see(report, "m"));
    REQUIRE(made.size() == 1);
    CHECK(made.front().step == Step::ended);
    CHECK(house.waits(2));
    house.desk->on_disk(made);
    CHECK_FALSE(house.waits(2));
}

}  // namespace edgeward::notification
