#pragma once

#include <chrono>
#include <functional>
#include <mutex>
#include <vector>

#include <edgeward/device/device_watch.hpp>
#include <edgeward/mapping/sparkplug_nodes.hpp>
#include <edgeward/store/writer.hpp>

namespace edgeward::pipeline {

// Shows decoded messages to the device watch, says and records what it notices, and keeps what must survive a
// restart. Threads: all() any, the rest by one.
class DeviceDesk {
public:
    DeviceDesk(const device::WatchSettings& settings, store::Writer& writer, const Clock& clock,
               std::function<bool()> listening)
        : writer_(writer), clock_(clock), listening_(std::move(listening)), watch_(settings) {}

    void recall(store::StoreReader::WatchedDevices known, const device::DeviceRegistry& devices);
    void see(const model::RawMessage& message, const store::Inbound& inbound);
    // Messages of a Sparkplug node have not come.
    void miss(const mapping::SparkplugNodes::Gap& gap);
    // Regularly, several times a second. `devices` are those in force.
    void turn(const device::DeviceRegistry& devices);
    // The last word, when no message comes any more.
    void finish();
    [[nodiscard]] std::vector<device::Watched> all() const;

private:
    void tell(const std::vector<device::Notice>& notices);
    void save(bool exact);

    store::Writer& writer_;
    const Clock& clock_;
    std::function<bool()> listening_;
    mutable std::mutex mutex_;
    device::DeviceWatch watch_;
    MonotonicTime looked_{};
    MonotonicTime saved_{};
};

}  // namespace edgeward::pipeline
