#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <tuple>
#include <vector>

#include <edgeward/alarm/engine.hpp>
#include <edgeward/core/metrics.hpp>

namespace edgeward::notification {

struct AlarmFigures {
    std::vector<alarm::Alarm> alarms;
    alarm::Ignored ignored;
};

// Alarms as metrics. Labels are names of rules and fixed words. Threads: any.
class AlarmMetrics {
public:
    AlarmMetrics(metrics::Registry& registry, std::function<AlarmFigures()> now);
    void count(const alarm::Change& change);

private:
    void collect();

    metrics::Registry& registry_;
    std::function<AlarmFigures()> now_;
    std::mutex mutex_;  // one collection at a time
    std::map<std::tuple<std::string, std::string, std::string>, metrics::Gauge>
        gauges_;  // every one there was
};

}  // namespace edgeward::notification
