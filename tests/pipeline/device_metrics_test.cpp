#include "device_metrics.hpp"

#include <catch2/catch_test_macros.hpp>

namespace edgeward::pipeline {
namespace {

Instant at_second(std::int64_t second) {
    return Instant(std::chrono::seconds(second));
}

store::Inbound message(std::string device, std::int64_t received, std::vector<std::int64_t> effective) {
    store::Inbound inbound;
    inbound.device = std::move(device);
    inbound.received = at_second(received);
    store::Stored stored;
    for (const auto second : effective) {
        store::SealedReport report;
        report.effective = at_second(second);
        stored.reports.push_back(std::move(report));
    }
    inbound.fate = std::move(stored);
    if (effective.empty()) inbound.fate = store::Refused{"nothing_measured"};
    return inbound;
}

bool says(const metrics::Registry& registry, const std::string& line) {
    return registry.expose().find(line + "\n") != std::string::npos;
}

}  // namespace

TEST_CASE("each device says when it was heard of and how far its clock is off", "[device_metrics]") {
    metrics::Registry registry;
    DeviceMetrics devices(registry);
    devices.note(
        {message("monitor-1", 1000, {400, 990}), message("", 1001, {1}), message("pump", 1002, {1007})});
    CHECK(says(registry, "edgeward_device_last_seen_timestamp_seconds{device=\"monitor-1\"} 1000"));
    CHECK(says(registry, "edgeward_device_clock_offset_seconds{device=\"monitor-1\"} 10"));
    CHECK(says(registry, "edgeward_device_clock_offset_seconds{device=\"pump\"} -5"));
    CHECK(registry.expose().find("device=\"\"") == std::string::npos);

    devices.note({message("monitor-1", 2000, {})});
    CHECK(says(registry, "edgeward_device_last_seen_timestamp_seconds{device=\"monitor-1\"} 2000"));
    CHECK(says(registry, "edgeward_device_clock_offset_seconds{device=\"monitor-1\"} 10"));
}

}  // namespace edgeward::pipeline
