#include <catch2/catch_test_macros.hpp>

#include "scene.hpp"

namespace edgeward::alarm {
namespace {

using std::chrono::seconds;

constexpr const char* silence = R"(
[[rule]]
name = "no-spo2"
kind = "missing"
priority = "medium"
text.en = "no SpO2"
code = "spo2"
after = "60s"
)";

Presence presence(std::uint8_t who) {
    Presence made{"monitor-1", "monitor_flat", {"ICU", "1", "07"}, {}};
    if (who != 0) made.who = person(who);
    return made;
}

// An engine with one active alarm.
struct Raised {
    Engine made;
    std::string id;
    explicit Raised(const std::vector<Stage>& stages, const std::string& toml = spo2_low())
        : made(engine(toml, stages)) {
        id = see(made, 0, "80").at(0).alarm.id;
    }
};

}  // namespace

TEST_CASE("a delay ends by our clock when no further value comes", "[turning]") {
    Engine made = engine(spo2_low("below = 88\ndelay = \"10s\"\n"));
    const auto began = see(made, 0, "80");
    CHECK(made.turn(at(9)).empty());
    const auto raised = made.turn(at(10));
    REQUIRE(steps(raised) == Steps{Step::raised});
    CHECK(raised.front().alarm.id == began.front().alarm.id);
    CHECK(made.turn(at(11)).empty());
}

TEST_CASE("nobody acknowledges: one stage after the other is told, and no more", "[turning]") {
    Raised scene({{}, {seconds(60)}, {seconds(120)}});
    CHECK(scene.made.turn(at(59)).empty());
    const auto second = scene.made.turn(at(60));
    REQUIRE(steps(second) == Steps{Step::escalated});
    CHECK(second.front().alarm.stage == 2);
    CHECK(second.front().alarm.sequence == 2);
    CHECK(second.front().alarm.id == scene.id);
    CHECK(scene.made.turn(at(179)).empty());
    CHECK(steps(scene.made.turn(at(180))) == Steps{Step::escalated});
    CHECK(scene.made.turn(at(10'000)).empty());
}

TEST_CASE("a stage for urgent alarms passes the others over", "[turning]") {
    Raised high({{}, {seconds(60), Priority::high}, {seconds(60)}});
    CHECK(high.made.turn(at(60)).at(0).alarm.stage == 2);
    Engine made = engine(
        "[[rule]]\nname = \"r\"\nkind = \"threshold\"\npriority = \"low\"\ntext.en = \"x\"\n"
        "code = \"spo2\"\nbelow = 88\n",
        {{}, {seconds(60), Priority::high}, {seconds(70)}});
    CHECK(see(made, 0, "80").at(0).alarm.stage == 1);
    CHECK(made.turn(at(60)).empty());
    CHECK(made.turn(at(70)).at(0).alarm.stage == 3);
}

TEST_CASE("an acknowledged alarm is not escalated and ends as the others", "[turning]") {
    Raised scene({{}, {seconds(60)}});
    const auto done = scene.made.acknowledge(scene.id, "user:1000", at(5));
    REQUIRE(done);
    REQUIRE(*done);
    CHECK((*done)->step == Step::acknowledged);
    CHECK((*done)->alarm.actor == "user:1000");
    CHECK((*done)->alarm.acknowledged == at(5));
    CHECK((*done)->alarm.sequence == 2);
    CHECK_FALSE(scene.made.acknowledge(scene.id, "user:1001", at(6)).value());  // it is so already
    CHECK(scene.made.turn(at(600)).empty());
    CHECK(steps(see(scene.made, 700, "95")) == Steps{Step::ended});
    const auto late = scene.made.acknowledge(scene.id, "user:1000", at(701));
    REQUIRE_FALSE(late);
    CHECK(late.error().kind == ErrorKind::invalid_input);
}

TEST_CASE("nobody can acknowledge what nobody was told", "[turning]") {
    Engine made = engine(spo2_low("below = 88\ndelay = \"10s\"\n"));
    const auto id = see(made, 0, "80").at(0).alarm.id;
    CHECK_FALSE(made.acknowledge(id, "user:1", at(1)));
    CHECK_FALSE(made.acknowledge("another", "user:1", at(1)));
}

TEST_CASE("a silenced alarm is escalated when the time is over", "[turning]") {
    Raised scene({{}, {seconds(60)}});
    const auto done = scene.made.silence(scene.id, at(300), "user:1000");
    REQUIRE(done);
    REQUIRE(*done);
    CHECK((*done)->step == Step::silenced);
    CHECK(scene.made.turn(at(299)).empty());
    CHECK(steps(scene.made.turn(at(300))) == Steps{Step::escalated});
}

TEST_CASE("values that do not come while a person is there are an alarm, until one comes", "[turning]") {
    Engine made = engine(silence);
    CHECK(made.attend(presence(1), at(0)).empty());
    CHECK(made.turn(at(59)).empty());
    const auto raised = made.turn(at(60));
    REQUIRE(steps(raised) == Steps{Step::raised});
    CHECK(raised.front().alarm.subject == person(1));
    CHECK(raised.front().alarm.location.ward == "ICU");
    CHECK(made.turn(at(61)).empty());
    CHECK(made.attend(presence(1), at(62)).empty());
    CHECK(steps(see(made, 70, "95")) == Steps{Step::ended});
    CHECK(made.turn(at(129)).empty());
    CHECK(steps(made.turn(at(130))) == Steps{Step::raised});
}

TEST_CASE("nobody is waited for who is not there", "[turning]") {
    Engine made = engine(silence);
    CHECK(made.attend(presence(0), at(0)).empty());
    CHECK(see(made, 1, "95").empty());
    CHECK(made.turn(at(600)).empty());
}

TEST_CASE("whoever leaves the device takes the alarm along", "[turning]") {
    Engine made = engine(silence);
    made.attend(presence(1), at(0));
    REQUIRE(steps(made.turn(at(60))) == Steps{Step::raised});
    const auto gone = made.attend(presence(2), at(70));
    REQUIRE(steps(gone) == Steps{Step::ended});
    CHECK(gone.front().reason == "person_gone");
    CHECK(gone.front().alarm.subject == person(1));
    CHECK(made.turn(at(129)).empty());
    const auto next = made.turn(at(130));
    REQUIRE(steps(next) == Steps{Step::raised});
    CHECK(next.front().alarm.subject == person(2));
}

TEST_CASE("a threshold alarm by place ends too when the person leaves, one by identifier does not",
          "[turning]") {
    Raised scene(std::vector<Stage>(1));
    scene.made.attend(presence(1), at(1));
    CHECK(steps(scene.made.attend(presence(0), at(2))) == Steps{Step::ended});
    Engine made = engine(spo2_low());
    auto named = report(0, {{"spo2", "80"}});
    named.by_place = false;
    CHECK(steps(made.see(named, "m")) == Steps{Step::raised});
    made.attend(presence(1), at(1));
    CHECK(made.attend(presence(0), at(2)).empty());
    CHECK(made.alarms().size() == 1);
}

TEST_CASE("a value that was another person's after all ends the alarm it began", "[turning]") {
    Raised scene(std::vector<Stage>(1));
    const auto alarm = scene.made.alarms().at(0);
    // Of another device, time or person: it goes on.
    CHECK(scene.made.take_back({person(1), "another", {at(0)}}, at(20)).empty());
    CHECK(scene.made.take_back({person(1), alarm.device, {at(1)}}, at(20)).empty());
    CHECK(scene.made.take_back({person(2), alarm.device, {at(0)}}, at(20)).empty());
    const auto ended = scene.made.take_back({person(1), alarm.device, {at(-5), at(0)}}, at(20));
    REQUIRE(steps(ended) == Steps{Step::ended});
    CHECK(ended.front().reason == "reassigned");
    CHECK(ended.front().alarm.id == alarm.id);
    CHECK(ended.front().alarm.ended == at(20));
    CHECK(scene.made.alarms().empty());
    CHECK(scene.made.take_back({person(1), alarm.device, {at(0)}}, at(21)).empty());
    // What is measured of this person from now on is judged as ever.
    CHECK(steps(see(scene.made, 30, "80")) == Steps{Step::raised});
}

TEST_CASE("an alarm about whom the message named stays when a device is moved", "[turning]") {
    Engine made = engine(spo2_low());
    auto named = report(0, {{"spo2", "80"}});
    named.by_place = false;
    REQUIRE(steps(made.see(named, "m")) == Steps{Step::raised});
    CHECK(made.take_back({person(1), made.alarms().at(0).device, {at(0)}}, at(2)).empty());
}

TEST_CASE("an alarm goes on after a restart, with the same id and the next stage when it was due",
          "[turning]") {
    Raised scene({{}, {seconds(60)}});
    Engine restarted = engine(spo2_low(), {{}, {seconds(60)}});
    restarted.recall(scene.made.alarms());
    CHECK(see(restarted, 1, "80").empty());
    CHECK(see(restarted, 2, "89").empty());  // the hysteresis holds on
    const auto second = restarted.turn(at(60));
    REQUIRE(steps(second) == Steps{Step::escalated});
    CHECK(second.front().alarm.id == scene.id);
    CHECK(steps(see(restarted, 61, "95")) == Steps{Step::ended});
}

TEST_CASE("a pending alarm's delay goes on after a restart", "[turning]") {
    const std::string toml = spo2_low("below = 88\ndelay = \"10s\"\n");
    Engine made = engine(toml);
    const auto began = see(made, 0, "80");
    Engine restarted = engine(toml);
    restarted.recall(made.alarms());
    const auto raised = restarted.turn(at(10));
    REQUIRE(steps(raised) == Steps{Step::raised});
    CHECK(raised.front().alarm.id == began.front().alarm.id);
}

TEST_CASE("values an ended alarm has seen are not judged again after a restart", "[turning]") {
    Raised scene(std::vector<Stage>(1));
    const auto ended = see(scene.made, 5, "95");
    Engine restarted = engine(spo2_low());
    restarted.recall({ended.front().alarm});
    CHECK(see(restarted, 0, "80").empty());
    CHECK(see(restarted, 5, "95").empty());
    CHECK(steps(see(restarted, 6, "80")) == Steps{Step::raised});
}

TEST_CASE("the alarm of a rule that is gone ends, at a reload and after a restart", "[turning]") {
    Raised scene(std::vector<Stage>(1));
    const auto before = scene.made.alarms();
    const auto gone = scene.made.replace(rules(silence), at(9));
    REQUIRE(steps(gone) == Steps{Step::ended});
    CHECK(gone.front().reason == "rule_removed");
    Engine restarted = engine(silence);
    restarted.recall(before);
    CHECK(steps(restarted.turn(at(9))) == Steps{Step::ended});
    Raised kept(std::vector<Stage>(1));
    CHECK(kept.made.replace(rules(spo2_low("below = 70\n")), at(9)).empty());
    CHECK(kept.made.alarms().size() == 1);
}

TEST_CASE("an erased person leaves nothing", "[turning]") {
    Raised scene(std::vector<Stage>(1));
    scene.made.attend(presence(1), at(1));
    scene.made.forget({person(1)});
    CHECK(scene.made.alarms().empty());
    CHECK(scene.made.turn(at(600)).empty());
    CHECK(scene.made.attend(presence(0), at(601)).empty());
}

}  // namespace edgeward::alarm
