#pragma once

#include <functional>
#include <map>
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
    // Raises a counter to the total the watch keeps.
    void raise(const char* name, const char* help, const std::string& device, std::uint64_t total);

    metrics::Registry& metrics_;
    Known known_;
    std::mutex mutex_;
    std::map<std::string, std::uint64_t> raised_;  // series → total so far
};

}  // namespace edgeward::app
