#include "device_metrics.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace edgeward;
using namespace edgeward::app;

TEST_CASE("what is known of devices is exposed and counters only grow", "[device_metrics]") {
    metrics::Registry registry;
    device::Watched known;
    known.device = "monitor-1";
    known.received = Instant(std::chrono::seconds(1'795'459'000));
    known.missing = 3;
    known.clock_offset = -250;
    known.raised = 1U << static_cast<unsigned>(device::Condition::stale);
    const DeviceMetrics metrics(registry, [&known] { return std::vector{known}; });
    const auto has = [](const std::string& text, const std::string& line) {
        return text.find(line) != std::string::npos;
    };
    auto text = registry.expose();
    CHECK(has(text, "edgeward_device_missing_total{device=\"monitor-1\"} 3"));
    CHECK(has(text, "edgeward_device_clock_offset_seconds{device=\"monitor-1\"} -0.25"));
    CHECK(has(text, "edgeward_device_last_seen_timestamp_seconds{device=\"monitor-1\"} 1795459000"));
    CHECK(has(text, "edgeward_device_condition{condition=\"stale\",device=\"monitor-1\"} 1"));
    CHECK(has(text, "edgeward_device_condition{condition=\"gap\",device=\"monitor-1\"} 0"));
    known.missing = 5;
    known.raised = 0;
    text = registry.expose();
    CHECK(has(text, "edgeward_device_missing_total{device=\"monitor-1\"} 5"));
    CHECK(has(text, "edgeward_device_condition{condition=\"stale\",device=\"monitor-1\"} 0"));
}
