#include <edgeward/alarm/engine.hpp>

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <random>

#include "scene.hpp"

namespace edgeward::alarm {
namespace {

constexpr const char* shock = R"(
[[rule]]
name = "shock"
kind = "combination"
priority = "high"
text.en = "fast and low"
window = "60s"
[[rule.condition]]
code = "heart_rate"
above = 120
[[rule.condition]]
code = "spo2"
below = 90
)";

constexpr const char* falling = R"(
[[rule]]
name = "falling"
kind = "trend"
priority = "medium"
text.en = "SpO2 falls"
code = "spo2"
falls_by = 6
hysteresis = 2
window = "60s"
)";

}  // namespace

TEST_CASE("a value out of bounds raises one alarm, and one inside the hysteresis ends it", "[engine]") {
    Engine made = engine(spo2_low());
    CHECK(see(made, 0, "95").empty());
    const auto raised = see(made, 1, "87");
    REQUIRE(steps(raised) == Steps{Step::raised});
    const Alarm& alarm = raised.front().alarm;
    CHECK(alarm.id == alarm_id("spo2-low", person(1).octets(), at(1)));
    CHECK(alarm.state == State::active);
    CHECK(alarm.priority == Priority::high);
    CHECK(alarm.onset == at(1));
    CHECK(alarm.stage == 1);
    CHECK(alarm.sequence == 1);
    CHECK(alarm.location.bed == "07");
    CHECK(alarm.values == std::vector<Measured>{{"spo2", "87", "%", at(1)}});
    CHECK(see(made, 2, "80").empty());
    CHECK(see(made, 3, "89").empty());  // in bounds, not inside the hysteresis
    const auto ended = see(made, 4, "90");
    REQUIRE(steps(ended) == Steps{Step::ended});
    CHECK(ended.front().alarm.id == alarm.id);
    CHECK(ended.front().reason == "normal");
    CHECK(ended.front().alarm.sequence == 2);
    CHECK(made.alarms().empty());
    CHECK(steps(see(made, 5, "87")) == Steps{Step::raised});
}

TEST_CASE("a rule with a delay waits for it, by the device's time", "[engine]") {
    Engine made = engine(spo2_low("below = 88\ndelay = \"10s\"\n"));
    const auto began = see(made, 0, "87");
    REQUIRE(steps(began) == Steps{Step::began});
    CHECK(began.front().alarm.stage == 0);
    CHECK(see(made, 9, "87").empty());
    const auto raised = see(made, 10, "86");
    REQUIRE(steps(raised) == Steps{Step::raised});
    CHECK(raised.front().alarm.id == began.front().alarm.id);
    CHECK(raised.front().alarm.onset == at(0));
}

TEST_CASE("what ends before its delay is over leaves nothing", "[engine]") {
    Engine made = engine(spo2_low("below = 88\ndelay = \"10s\"\n"));
    CHECK(steps(see(made, 0, "87")) == Steps{Step::began});
    CHECK(steps(see(made, 5, "95")) == Steps{Step::dropped});
    const auto again = see(made, 6, "87");
    REQUIRE(steps(again) == Steps{Step::began});
    CHECK(again.front().alarm.onset == at(6));
}

TEST_CASE("values that are not plausible or not newer change nothing, and are counted", "[engine]") {
    Engine made = engine(spo2_low("below = 88\nleast_plausible = 20\n"));
    CHECK(see(made, 1, "5").empty());
    CHECK(steps(see(made, 3, "85")) == Steps{Step::raised});
    CHECK(see(made, 2, "95").empty());
    CHECK(made.ignored().at({"spo2-low", "implausible"}) == 1);
    CHECK(made.ignored().at({"spo2-low", "out_of_order"}) == 1);
    CHECK(made.alarms().size() == 1);
}

TEST_CASE("of values of one time the later one counts, until an alarm has ended then", "[engine]") {
    Engine made = engine(spo2_low());
    CHECK(steps(see(made, 1, "85")) == Steps{Step::raised});
    CHECK(steps(see(made, 1, "95")) == Steps{Step::ended});
    CHECK(see(made, 1, "85").empty());  // it would have the id of the one that has ended
    CHECK(steps(see(made, 2, "85")) == Steps{Step::raised});
}

TEST_CASE("a value that is old when it comes is no news", "[engine]") {
    Engine made = engine(spo2_low());
    auto late = report(0, {{"spo2", "80"}});
    late.received = at(601);
    CHECK(made.see(late, "monitor_flat").empty());
    late.received = at(-601);
    CHECK(made.see(late, "monitor_flat").empty());
    CHECK(made.ignored().at({"spo2-low", "late"}) == 2);
    late.received = at(599);
    CHECK(steps(made.see(late, "monitor_flat")) == Steps{Step::raised});
}

TEST_CASE("persons and devices have alarms of their own", "[engine]") {
    Engine made = engine(spo2_low());
    CHECK(steps(made.see(report(0, {{"spo2", "80"}}, 1), "m")) == Steps{Step::raised});
    CHECK(steps(made.see(report(0, {{"spo2", "80"}}, 2), "m")) == Steps{Step::raised});
    const auto nobody = made.see(report(0, {{"spo2", "80"}}, 0), "m");
    REQUIRE(steps(nobody) == Steps{Step::raised});
    CHECK_FALSE(nobody.front().alarm.subject);
    CHECK(nobody.front().alarm.device == "monitor-1");
    CHECK(made.alarms().size() == 3);
}

TEST_CASE("a rule holds where it says", "[engine]") {
    for (const std::string scope :
         {"wards = [\"ICU2\"]\n", "devices = [\"monitor-2\"]\n", "mappings = [\"iomt_flat\"]\n"}) {
        CAPTURE(scope);
        Engine made = engine(spo2_low("below = 88\n" + scope));
        CHECK(see(made, 0, "80").empty());
    }
    Engine made = engine(spo2_low(
        "below = 88\nwards = [\"ICU\"]\ndevices = [\"monitor-1\"]\nmappings = [\"monitor_flat\"]\n"));
    CHECK(steps(see(made, 0, "80")) == Steps{Step::raised});
}

TEST_CASE("one person may have other limits, or none", "[engine]") {
    Engine made =
        engine(spo2_low("below = 88\n"
                        "[[rule.person]]\npseudonym = \"01010101010101010101010101010101\"\nbelow = 80\n"
                        "[[rule.person]]\npseudonym = \"02020202020202020202020202020202\"\noff = true\n"));
    CHECK(made.see(report(0, {{"spo2", "85"}}, 1), "m").empty());
    CHECK(steps(made.see(report(1, {{"spo2", "79"}}, 1), "m")) == Steps{Step::raised});
    CHECK(made.see(report(0, {{"spo2", "40"}}, 2), "m").empty());
    CHECK(steps(made.see(report(0, {{"spo2", "85"}}, 3), "m")) == Steps{Step::raised});
}

TEST_CASE("a combination holds when its conditions do at once", "[engine]") {
    Engine made = engine(shock);
    CHECK(made.see(report(0, {{"heart_rate", "130", "/min"}, {"spo2", "95"}}), "m").empty());
    const auto raised = made.see(report(10, {{"spo2", "88"}}), "m");
    REQUIRE(steps(raised) == Steps{Step::raised});
    CHECK(raised.front().alarm.values.size() == 2);
    CHECK(steps(made.see(report(20, {{"heart_rate", "110", "/min"}}), "m")) == Steps{Step::ended});
}

TEST_CASE("a combination does not join what was measured far apart", "[engine]") {
    Engine made = engine(shock);
    CHECK(made.see(report(0, {{"heart_rate", "130", "/min"}}), "m").empty());
    CHECK(made.see(report(61, {{"spo2", "88"}}), "m").empty());
    CHECK(steps(made.see(report(62, {{"heart_rate", "130", "/min"}}), "m")) == Steps{Step::raised});
}

TEST_CASE("a trend is measured against the window's extreme", "[engine]") {
    Engine made = engine(falling);
    CHECK(see(made, 0, "97").empty());
    CHECK(see(made, 20, "94").empty());
    CHECK(steps(see(made, 40, "91")) == Steps{Step::raised});
    CHECK(see(made, 50, "92").empty());                       // 5 below 97: within the hysteresis
    CHECK(steps(see(made, 61, "92")) == Steps{Step::ended});  // 97 is out of the window: 2 below 94
}

TEST_CASE("slow changes are no trend", "[engine]") {
    Engine made = engine(falling);
    for (int i = 0; i < 10; ++i)
        CHECK(see(made, i * 61, std::to_string(99 - i * 3)).empty());
}

TEST_CASE("the code may be known by LOINC alone", "[engine]") {
    Engine made = engine(
        "[[rule]]\nname = \"r\"\nkind = \"threshold\"\npriority = \"low\"\ntext.en = \"x\"\n"
        "code = \"59408-5\"\nbelow = 88\n");
    CHECK(steps(see(made, 0, "80")) == Steps{Step::raised});
    Engine by_table = engine(spo2_low());
    auto without_mdc = report(0, {{"spo2", "80"}});
    without_mdc.observations.front().code.mdc = 0;
    CHECK(steps(by_table.see(without_mdc, "m")) == Steps{Step::raised});
}

TEST_CASE("a report that takes another back is not judged", "[engine]") {
    Engine made = engine(spo2_low());
    auto back = report(0, {{"spo2", "80"}});
    back.takes_back = 7;
    CHECK(made.see(back, "m").empty());
}

TEST_CASE("without a rule there is nothing to show", "[engine]") {
    CHECK(engine("").idle());
    CHECK_FALSE(engine(spo2_low()).idle());
}

// What a crash can do: everything from a point on is seen again by an engine that knows what was on disk.
TEST_CASE("reports that come again after a crash raise no alarm with another id", "[engine]") {
    std::mt19937 random(20261126);
    for (int round = 0; round < 200; ++round) {
        CAPTURE(round);
        const std::string toml = spo2_low(round % 2 == 0 ? "below = 88\nhysteresis = 1\n"
                                                         : "below = 88\nhysteresis = 1\ndelay = \"3s\"\n");
        std::vector<std::string> values;
        for (int i = 0; i < 40; ++i)
            values.push_back(std::to_string(84 + random() % 8));
        const std::size_t committed = random() % values.size();  // commits end here
        const std::size_t again = random() % (committed + 1);    // acknowledged up to here
        Engine whole = engine(toml);
        Engine crashed = engine(toml);
        std::map<std::string, Alarm> disk;
        std::vector<std::string> expected;
        std::vector<std::string> told;
        const auto note = [](const std::vector<Change>& changes, std::vector<std::string>& ids) {
            for (const auto& change : changes) {
                if (change.step == Step::raised) ids.push_back(change.alarm.id);
            }
        };
        for (std::size_t i = 0; i < values.size(); ++i)
            note(see(whole, static_cast<std::int64_t>(i), values[i]), expected);
        for (std::size_t i = 0; i < committed; ++i) {
            const auto changes = see(crashed, static_cast<std::int64_t>(i), values[i]);
            note(changes, told);
            for (const auto& change : changes) {
                disk[change.alarm.id] = change.alarm;
                if (change.step == Step::dropped) disk.erase(change.alarm.id);
            }
        }
        Engine restarted = engine(toml);
        std::vector<Alarm> known;
        for (const auto& [id, alarm] : disk)
            known.push_back(alarm);
        restarted.recall(known);
        for (std::size_t i = again; i < values.size(); ++i)
            note(see(restarted, static_cast<std::int64_t>(i), values[i]), told);
        for (const auto& id : told)
            CHECK(std::ranges::find(expected, id) != expected.end());
    }
}

}  // namespace edgeward::alarm
