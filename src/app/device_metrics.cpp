#include "device_metrics.hpp"

#include <algorithm>

namespace edgeward::app {

DeviceMetrics::DeviceMetrics(metrics::Registry& metrics, Known known)
    : metrics_(metrics), known_(std::move(known)) {
    metrics_.on_collect([this] { collect(); });
}

void DeviceMetrics::raise(const char* name, const char* help, const std::string& device,
                          std::uint64_t total) {
    std::uint64_t& so_far = raised_[std::string(name) + "\n" + device];
    const auto counter = metrics_.counter(name, help, {{"device", device}});
    if (total > so_far) counter.add(static_cast<double>(total - so_far));
    so_far = std::max(so_far, total);
}

void DeviceMetrics::collect() {
    const std::lock_guard lock(mutex_);
    for (const auto& known : known_()) {
        raise("edgeward_device_missing_total", "Sequence numbers that did not come.", known.device,
              known.missing);
        raise("edgeward_device_duplicates_total", "Sequence numbers that came twice.", known.device,
              known.duplicates);
        raise("edgeward_device_out_of_order_total", "Sequence numbers that came after a higher one.",
              known.device, known.out_of_order);
        const metrics::Labels labels = {{"device", known.device}};
        if (known.received) {
            metrics_
                .gauge("edgeward_device_last_seen_timestamp_seconds", "Unix time of its newest message.",
                       labels)
                .set(std::chrono::duration<double>(known.received->time_since_epoch()).count());
        }
        if (known.clock_offset) {
            metrics_
                .gauge("edgeward_device_clock_offset_seconds",
                       "Its clock against ours; ahead: positive. Includes the way to us.", labels)
                .set(static_cast<double>(*known.clock_offset) / 1000);
        }
        for (std::size_t i = 0; i < device::conditions; ++i) {
            const auto condition = static_cast<device::Condition>(i);
            metrics_
                .gauge("edgeward_device_condition", "1 while something is the matter with a device.",
                       {{"condition", std::string(device::name_of(condition))}, {"device", known.device}})
                .set(known.has(condition) ? 1 : 0);
        }
    }
}

}  // namespace edgeward::app
