#include <edgeward/notification/alarm_service.hpp>

#include <catch2/catch_test_macros.hpp>

#include "sink.hpp"

namespace edgeward::notification {
namespace {

using Told = std::vector<std::string>;
using std::chrono::milliseconds;
using support::eventually;

}  // namespace

TEST_CASE("what is raised is told before its commit, and settled after it", "[alarm_service]") {
    House house;
    const auto changes = house.see(1, "80", false);
    REQUIRE(changes.size() == 1);
    REQUIRE(house.sink.has_told(1));
    CHECK(house.sink.told() == Told{"raised 1"});
    CHECK(house.waiting() == 0);  // nothing of it is on disk
    REQUIRE(house.store.writer->run([&](store::ObservationStore& to) { return to.save_alarms(changes); }));
    CHECK(house.waiting() == 1);
    house.service->on_disk(changes);
    CHECK(house.recorded("target:ward alarm_told success"));
    CHECK(eventually([&] { return house.waiting() == 0; }));
}

TEST_CASE("an alarm that a crash took before its commit comes again with the same id and says so",
          "[alarm_service]") {
    House house;
    (void)house.see(1, "80", false);
    REQUIRE(house.sink.has_told(1));
    house.restart();
    CHECK(house.service->alarms().empty());
    (void)house.see(1, "80", true, true);
    REQUIRE(house.sink.has_told(2));
    CHECK(house.sink.told() == Told{"raised 1", "raised 1 again"});
    CHECK(house.sink.bodies()[0].at("alarm") == house.sink.bodies()[1].at("alarm"));
}

TEST_CASE("an alarm goes on after a restart and is not told again", "[alarm_service]") {
    House house;
    (void)house.see(1, "80");
    REQUIRE(eventually([&] { return house.sink.has_told(1) && house.waiting() == 0; }));
    const auto before = house.service->alarms();
    REQUIRE(before.size() == 1);
    house.restart();
    CHECK(house.service->alarms() == before);
    (void)house.see(2, "81");
    (void)house.see(3, "95");
    REQUIRE(house.sink.has_told(2));
    CHECK(house.sink.told() == Told{"raised 1", "ended 2"});
    CHECK(house.service->alarms().empty());
}

TEST_CASE("what a target has not taken is told after a restart, as repeated", "[alarm_service]") {
    House house;
    house.sink.status = 503;
    (void)house.see(1, "80");
    house.restart();
    CHECK(house.sink.told().empty());
    house.sink.status = 200;
    REQUIRE(house.sink.has_told(1));
    CHECK(house.sink.told() == Told{"raised 1 again"});
    CHECK(eventually([&] { return house.waiting() == 0; }));
}

TEST_CASE("a target that refuses a notice for good is not told again, and that is recorded",
          "[alarm_service]") {
    House house;
    house.sink.status = 422;
    (void)house.see(1, "80");
    CHECK(house.recorded("target:ward alarm_told failure"));
    CHECK(eventually([&] { return house.waiting() == 0; }));
}

TEST_CASE("without a permit nobody is told, and that is recorded", "[alarm_service]") {
    House house;
    house.service->replace(alarm::rules(house.rules), policy::Decider());
    (void)house.see(1, "80");
    CHECK(house.recorded("target:ward alarm_told denied"));
    CHECK(house.sink.told().empty());
    CHECK(eventually([&] { return house.waiting() == 0; }));
    CHECK(house.service->alarms().size() == 1);
}

TEST_CASE("nobody acknowledges: the next stage is told", "[alarm_service]") {
    House house(alarm::spo2_low(), {{{}, {}, {"ward"}}, {milliseconds(300), {}, {"ward"}}});
    auto report = alarm::report(1, {{"spo2", "80"}});
    report.subject = house.person;
    report.received = system_clock().now();
    std::vector<store::AlarmChange> changes;
    house.service->look(report, "m", false, changes);
    house.service->on_disk(changes);
    REQUIRE(house.sink.has_told(2));
    CHECK(house.sink.told() == Told{"raised 1", "escalated 2"});
    CHECK(house.recorded("gateway alarm_escalated success"));
}

TEST_CASE("an acknowledged alarm is on disk when the call returns", "[alarm_service]") {
    House house;
    (void)house.see(1, "80");
    const std::string id = house.service->alarms().at(0).id;
    REQUIRE(house.service->acknowledge(id, "user:1000"));
    CHECK(house.store.reader->alarms(Instant{})->alarms.at(0).alarm.actor == "user:1000");
    REQUIRE(house.service->acknowledge(id, "user:1001"));  // it is in hand already
    CHECK(house.service->alarms().at(0).actor == "user:1000");
    CHECK(house.recorded("user:1000 alarm_acknowledged success"));
    REQUIRE(house.sink.has_told(2));
    CHECK(house.sink.told() == Told{"raised 1", "acknowledged 2"});
    CHECK(house.service->acknowledge("none", "user:1").error().kind == ErrorKind::invalid_input);
    house.restart();
    CHECK(house.service->alarms().at(0).state == alarm::State::acknowledged);
}

TEST_CASE("a silenced alarm keeps its time", "[alarm_service]") {
    House house;
    (void)house.see(1, "80");
    const std::string id = house.service->alarms().at(0).id;
    REQUIRE(house.service->silence(id, alarm::at(900), "user:1000"));
    CHECK(house.recorded("user:1000 alarm_silenced success"));
    house.restart();
    CHECK(house.service->alarms().at(0).silent_until == alarm::at(900));
    CHECK_FALSE(house.service->silence("none", alarm::at(900), "user:1"));
}

TEST_CASE("values are waited for while somebody is at the device", "[alarm_service]") {
    House house(
        "[[rule]]\nname = \"silence\"\nkind = \"missing\"\npriority = \"low\"\ntext.en = \"none\"\n"
        "code = \"spo2\"\nafter = \"1s\"\n");
    device::Device monitor;
    monitor.id = "monitor-1";
    monitor.location.ward = "ICU";
    REQUIRE(house.vault->associate({0, "monitor-1", {"4711", "KIS", "MR"}, alarm::at(0), {}}, "user:1"));
    house.devices = {monitor};
    house.restart();  // ew-alarm reads the devices
    REQUIRE(house.sink.has_told(1));
    CHECK(house.sink.bodies().at(0).at("rule") == "silence");
    REQUIRE(house.vault->end_association("monitor-1", system_clock().now(), "user:1"));
    REQUIRE(house.sink.has_told(2));
    CHECK(house.sink.told() == Told{"raised 1", "ended 2"});
}

TEST_CASE("an erased person is neither shown nor told of", "[alarm_service]") {
    House house;
    house.sink.status = 503;
    (void)house.see(1, "80");
    house.service->forget({house.person});
    CHECK(house.service->alarms().empty());
    REQUIRE(house.store.writer->run([&](store::ObservationStore& to) -> Result<void> {
        (void)to.erase_alarms([&](const model::Pseudonym& one) { return one == house.person; },
                              "erasure request 1");
        return {};
    }));
    house.restart();
    house.sink.status = 200;
    CHECK(house.service->alarms().empty());
    CHECK(house.waiting() == 0);
    CHECK(house.sink.told().empty());
}

TEST_CASE("an alarm that a value of another person began ends and its targets are told", "[alarm_service]") {
    House house;
    (void)house.see(1, "80");
    const auto alarm = house.service->alarms().at(0);
    house.service->take_back({house.person, alarm.device, {alarm.onset}});
    REQUIRE(house.sink.has_told(2));
    CHECK(house.sink.told() == Told{"raised 1", "ended 2"});
    CHECK(house.service->alarms().empty());
}

TEST_CASE("the alarm of a rule that is taken away ends", "[alarm_service]") {
    House house;
    (void)house.see(1, "80");
    house.service->replace({}, house.decider);
    REQUIRE(house.sink.has_told(2));
    CHECK(house.sink.told() == Told{"raised 1", "ended 2"});
    CHECK(eventually([&] { return !house.service->watching() || house.service->alarms().empty(); }));
}

TEST_CASE("a target that cannot work is refused at the start", "[alarm_service]") {
    House house;
    AlarmSettings settings;
    settings.targets = {target("ward")};  // no URL
    const auto opened = AlarmService::open(settings, {}, house.decider, *house.parts);
    REQUIRE_FALSE(opened);
    CHECK(opened.error().kind == ErrorKind::misconfigured);
    CHECK(opened.error().message.find("alarm target ward") != std::string::npos);
}

}  // namespace edgeward::notification
