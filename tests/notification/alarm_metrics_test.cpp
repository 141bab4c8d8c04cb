#include "alarm_metrics.hpp"

#include <catch2/catch_test_macros.hpp>

#include "scene.hpp"

namespace edgeward::notification {

TEST_CASE("steps are counted and what goes on is shown, until it does not", "[alarm_metrics]") {
    metrics::Registry registry;
    AlarmFigures figures{{raised_alarm()}, {{{"spo2-low", "late"}, 3}}};
    AlarmMetrics made(registry, [&figures] { return figures; });
    for (const auto step :
         {alarm::Step::began, alarm::Step::raised, alarm::Step::escalated, alarm::Step::escalated,
          alarm::Step::acknowledged, alarm::Step::silenced, alarm::Step::ended})
        made.count({step, raised_alarm(), "gateway", {}});
    std::string page = registry.expose();
    const auto has = [&page](const std::string& line) { return page.find(line + "\n") != std::string::npos; };
    CHECK(has("edgeward_alarms_raised_total{priority=\"high\",rule=\"spo2-low\"} 1"));
    CHECK(has("edgeward_alarms_escalated_total{priority=\"high\",rule=\"spo2-low\"} 2"));
    CHECK(has("edgeward_alarms_acknowledged_total{priority=\"high\",rule=\"spo2-low\"} 1"));
    CHECK(has("edgeward_alarms_ended_total{priority=\"high\",rule=\"spo2-low\"} 1"));
    CHECK(has("edgeward_alarms{priority=\"high\",rule=\"spo2-low\",state=\"active\"} 1"));
    CHECK(has("edgeward_alarm_values_not_judged_total{reason=\"late\",rule=\"spo2-low\"} 3"));
    figures.alarms.clear();
    page = registry.expose();
    CHECK(has("edgeward_alarms{priority=\"high\",rule=\"spo2-low\",state=\"active\"} 0"));
}

}  // namespace edgeward::notification
