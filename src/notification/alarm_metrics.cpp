#include "alarm_metrics.hpp"

namespace edgeward::notification {

AlarmMetrics::AlarmMetrics(metrics::Registry& registry, std::function<AlarmFigures()> now)
    : registry_(registry), now_(std::move(now)) {
    registry_.on_collect([this] { collect(); });
}

void AlarmMetrics::count(const alarm::Change& change) {
    const char* name = nullptr;
    const char* help = nullptr;
    switch (change.step) {
        case alarm::Step::raised:
            name = "edgeward_alarms_raised_total";
            help = "Alarms that were raised.";
            break;
        case alarm::Step::acknowledged:
            name = "edgeward_alarms_acknowledged_total";
            help = "Alarms that somebody acknowledged.";
            break;
        case alarm::Step::escalated:
            name = "edgeward_alarms_escalated_total";
            help = "Further stages that were told because nobody acknowledged.";
            break;
        case alarm::Step::ended:
            name = "edgeward_alarms_ended_total";
            help = "Alarms that have ended.";
            break;
        case alarm::Step::began:
        case alarm::Step::dropped:
        case alarm::Step::silenced:
            return;
    }
    registry_
        .counter(
            name, help,
            {{"rule", change.alarm.rule}, {"priority", std::string(alarm::name_of(change.alarm.priority))}})
        .add();
}

void AlarmMetrics::collect() {
    const std::lock_guard lock(mutex_);
    const AlarmFigures figures = now_();
    std::map<std::tuple<std::string, std::string, std::string>, double> counts;
    for (const auto& alarm : figures.alarms)
        ++counts[{alarm.rule, std::string(alarm::name_of(alarm.priority)),
                  std::string(alarm::name_of(alarm.state))}];
    for (auto& [labels, gauge] : gauges_)
        gauge.set(0);
    for (const auto& [labels, count] : counts) {
        const auto& [rule, priority, state] = labels;
        const auto gauge = registry_.gauge("edgeward_alarms", "Alarms that go on, by state.",
                                           {{"rule", rule}, {"priority", priority}, {"state", state}});
        gauge.set(count);
        gauges_.insert_or_assign(labels, gauge);
    }
    for (const auto& [what, count] : figures.ignored) {
        registry_
            .counter("edgeward_alarm_values_not_judged_total",
                     "Values that an alarm rule names and that were not judged.",
                     {{"rule", what.first}, {"reason", what.second}})
            .raise_to(static_cast<double>(count));
    }
}

}  // namespace edgeward::notification
