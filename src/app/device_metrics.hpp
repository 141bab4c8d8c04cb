#pragma once

#include <functional>
#include <mutex>
#include <string>
#include <vector>

#include <edgeward/core/metrics.hpp>
#include <edgeward/device/device_watch.hpp>

namespace edgeward::app {

// What the device watch knows as metrics. Labels are ids of the device registry and fixed words.
class DeviceMetrics {
public:
    using Known = std::function<std::vector<device::Watched>()>;
    DeviceMetrics(metrics::Registry& metrics, Known known);

private:
    void collect();

    metrics::Registry& metrics_;
    Known known_;
    std::mutex mutex_;  // one collection at a time
};

}  // namespace edgeward::app
