#include "device_desk.hpp"

#include <edgeward/core/log.hpp>

namespace edgeward::pipeline {
namespace {

constexpr std::chrono::milliseconds look_interval{500};
constexpr std::chrono::seconds save_interval{5};

audit::Event event_of(const device::Notice& notice) {
    audit::Event event;
    event.actor = "gateway";
    event.action =
        notice.began ? audit::Action::device_condition_began : audit::Action::device_condition_ended;
    event.object = notice.device;
    event.rule = std::string(device::name_of(notice.condition));
    event.count = notice.count;
    return event;
}

void say(const device::Notice& notice) {
    const auto level = notice.began ? log::Level::warning : log::Level::info;
    log::write(level, notice.began ? "a device needs attention" : "a device is as it should be again",
               {{"device", notice.device},
                {"condition", device::name_of(notice.condition)},
                {"count", notice.count}});
}

}  // namespace

void DeviceDesk::recall(store::StoreReader::WatchedDevices known, const device::DeviceRegistry& devices) {
    if (known.devices.empty()) return;
    {
        const std::lock_guard lock(mutex_);
        watch_.recall(std::move(known.devices), known.exact);
        watch_.keep(devices);
    }
    // Before the first message: after a crash nothing on disk may pass for exact.
    writer_.submit({[](store::ObservationStore& store) { return store.save_watched({}, false); }, {}});
}

void DeviceDesk::see(const model::RawMessage& message, const store::Inbound& inbound) {
    if (inbound.device.empty() || message.retained) return;
    std::vector<device::Notice> notices;
    {
        const std::lock_guard lock(mutex_);
        notices = watch_.see({inbound.device, inbound.received, inbound.measured, inbound.sequences,
                              message.redelivered, inbound.values});
    }
    tell(notices);
}

void DeviceDesk::miss(const mapping::SparkplugNodes::Gap& gap) {
    std::vector<device::Notice> notices;
    {
        const std::lock_guard lock(mutex_);
        notices = watch_.miss(gap.node, gap.missing);
    }
    tell(notices);
}

void DeviceDesk::turn(const device::DeviceRegistry& devices) {
    const MonotonicTime now = clock_.monotonic();
    if (now - looked_ < look_interval) return;
    looked_ = now;
    std::vector<device::Notice> notices;
    {
        const std::lock_guard lock(mutex_);
        watch_.keep(devices);
        notices = watch_.tick(clock_.now(), listening_());
    }
    tell(notices);
    if (now - saved_ < save_interval) return;
    saved_ = now;
    save(false);
}

void DeviceDesk::finish() {
    {
        const std::lock_guard lock(mutex_);
        if (watch_.all().empty()) return;
    }
    save(true);
}

void DeviceDesk::save(bool exact) {
    std::vector<device::Watched> devices;
    {
        const std::lock_guard lock(mutex_);
        auto changed = watch_.changed();
        devices = exact ? watch_.all() : std::move(changed);
    }
    if (devices.empty()) return;
    writer_.submit({[devices = std::move(devices), exact](store::ObservationStore& store) {
                        return store.save_watched(devices, exact);
                    },
                    {}});
}

void DeviceDesk::tell(const std::vector<device::Notice>& notices) {
    for (const auto& notice : notices) {
        say(notice);
        writer_.submit(
            {[event = event_of(notice)](store::ObservationStore& store) { return store.append_audit(event); },
             {}});
    }
}

std::vector<device::Watched> DeviceDesk::all() const {
    const std::lock_guard lock(mutex_);
    return watch_.all();
}

}  // namespace edgeward::pipeline
