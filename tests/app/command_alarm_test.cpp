#include <catch2/catch_test_macros.hpp>

#include "installation.hpp"

namespace edgeward::app {
namespace {

const nlohmann::json low = {{"alarm", "7eed79ac-d3ab-88f8-964e-e652c182f483"},
                            {"priority", "high"},
                            {"state", "active"},
                            {"raised", "2026-11-26T05:00:00.000Z"},
                            {"ward", "ICU"},
                            {"room", ""},
                            {"bed", "07"},
                            {"text", "SpO2 low"},
                            {"values", {{{"value", "85"}, {"unit", "%"}}}}};

}  // namespace

TEST_CASE("the list of alarms says first that it is not the primary one", "[command_alarm]") {
    const Installation here;
    CannedDaemon daemon(here);
    daemon.answers("GET", "/v1/alarms", {{"note", "Not the primary alarm"}, {"alarms", {low}}});
    daemon.answers("GET", "/v1/alarms/{alarm}", low);
    daemon.start();
    const auto listed = here.run({"alarm", "list"});
    CHECK(listed.code == exit_success);
    CHECK(listed.out ==
          "Not the primary alarm\n7eed79ac-d3ab-88f8-964e-e652c182f483\thigh\tactive\t"
          "2026-11-26T05:00:00.000Z\tICU 07\tSpO2 low 85 %\n1 alarms\n");
    CHECK(
        contains(here.run({"alarm", "show", "7eed79ac-d3ab-88f8-964e-e652c182f483"}).out, "\"bed\": \"07\""));
    CHECK(contains(here.run({"alarm", "--help"}).out, "not the primary alarm"));
}

TEST_CASE("an alarm is acknowledged and silenced", "[command_alarm]") {
    const Installation here;
    CannedDaemon daemon(here);
    daemon.answers("POST", "/v1/alarms/{alarm}/acknowledge", {{"alarm", "7"}, {"state", "acknowledged"}});
    daemon.answers("POST", "/v1/alarms/{alarm}/silence",
                   {{"alarm", "7"}, {"silent_until", "2026-11-26T05:10:00.000Z"}});
    daemon.start();
    CHECK(here.run({"alarm", "acknowledge", "7"}).out == "alarm 7 is acknowledged\n");
    CHECK(here.run({"alarm", "silence", "7", "--minutes", "10"}).out ==
          "no further stage until 2026-11-26T05:10:00.000Z\n");
    CHECK(nlohmann::json::parse(daemon.asked().back().body) == nlohmann::json{{"seconds", 600}});
    CHECK(here.run({"alarm", "silence", "7", "--minutes", "0"}).code == exit_usage);
}

}  // namespace edgeward::app
