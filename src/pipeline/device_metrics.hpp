#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include <edgeward/core/metrics.hpp>
#include <edgeward/store/observation_store.hpp>

namespace edgeward::pipeline {

// When each device of the registry was heard of last, and how far its clock is from ours. One thread.
class DeviceMetrics {
public:
    explicit DeviceMetrics(metrics::Registry& registry) : registry_(registry) {}

    // A run of messages is on disk.
    void note(const std::vector<store::Inbound>& batch);

private:
    struct Gauges {
        metrics::Gauge last_seen;
        metrics::Gauge clock_offset;
    };
    Gauges& gauges_of(const std::string& device);

    metrics::Registry& registry_;
    std::map<std::string, Gauges, std::less<>> devices_;
};

}  // namespace edgeward::pipeline
