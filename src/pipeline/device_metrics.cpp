#include "device_metrics.hpp"

#include <algorithm>
#include <chrono>
#include <variant>

namespace edgeward::pipeline {
namespace {

double seconds(Instant::duration duration) {
    return std::chrono::duration<double>(duration).count();
}

}  // namespace

DeviceMetrics::Gauges& DeviceMetrics::gauges_of(const std::string& device) {
    const auto known = devices_.find(device);
    if (known != devices_.end()) return known->second;
    const metrics::Labels labels{{"device", device}};
    Gauges made{registry_.gauge("edgeward_device_last_seen_timestamp_seconds",
                                "Unix time of the newest message of the device since the start.", labels),
                registry_.gauge("edgeward_device_clock_offset_seconds",
                                "Time of receipt less the time the newest stored message states.", labels)};
    return devices_.emplace(device, std::move(made)).first->second;
}

void DeviceMetrics::note(const std::vector<store::Inbound>& batch) {
    for (const auto& inbound : batch) {
        if (inbound.device.empty()) continue;
        Gauges& gauges = gauges_of(inbound.device);
        gauges.last_seen.set(seconds(inbound.received.time_since_epoch()));
        const auto* stored = std::get_if<store::Stored>(&inbound.fate);
        if (stored == nullptr || stored->reports.empty()) continue;
        // The newest measurement: a message may bring older ones along.
        const auto newest = std::max_element(
            stored->reports.begin(), stored->reports.end(),
            [](const auto& left, const auto& right) { return left.effective < right.effective; });
        gauges.clock_offset.set(seconds(inbound.received - newest->effective));
    }
}

}  // namespace edgeward::pipeline
