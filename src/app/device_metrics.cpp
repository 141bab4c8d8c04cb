#include "device_metrics.hpp"

namespace edgeward::app {

DeviceMetrics::DeviceMetrics(metrics::Registry& metrics, Known known)
    : metrics_(metrics), known_(std::move(known)) {
    metrics_.on_collect([this] { collect(); });
}

void DeviceMetrics::collect() {
    const std::lock_guard lock(mutex_);
    for (const auto& known : known_()) {
        const metrics::Labels labels = {{"device", known.device}};
        const auto raise = [&](const char* name, const char* help, std::uint64_t total) {
            metrics_.counter(name, help, labels).raise_to(static_cast<double>(total));
        };
        raise("edgeward_device_missing_total", "Sequence numbers that did not come.", known.missing);
        raise("edgeward_device_duplicates_total", "Sequence numbers that came twice.", known.duplicates);
        raise("edgeward_device_out_of_order_total", "Sequence numbers that came after a higher one.",
              known.out_of_order);
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
