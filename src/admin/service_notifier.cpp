#include <edgeward/admin/service_notifier.hpp>

#include <algorithm>
#include <string>

#include <systemd/sd-daemon.h>

namespace edgeward::admin {
namespace {

void notify(const std::string& state) {
    // A notification that does not arrive is systemd's to notice (TimeoutStartSec=, WatchdogSec=).
    static_cast<void>(sd_notify(0, state.c_str()));
}

}  // namespace

void ServiceNotifier::ready() const {
    notify("READY=1");
}

void ServiceNotifier::reloading() const {
    // Type=notify-reload compares this time with that of its signal.
    const auto now = std::chrono::steady_clock::now().time_since_epoch();
    notify("RELOADING=1\nMONOTONIC_USEC=" +
           std::to_string(std::chrono::duration_cast<std::chrono::microseconds>(now).count()));
}

void ServiceNotifier::stopping() const {
    notify("STOPPING=1");
}

void ServiceNotifier::extend_timeout(std::chrono::microseconds by) const {
    notify("EXTEND_TIMEOUT_USEC=" + std::to_string(by.count()));
}

void ServiceNotifier::status(std::string_view text) const {
    std::string line(text);
    std::replace_if(
        line.begin(), line.end(), [](char c) { return c == '\n' || c == '\r' || c == '\0'; }, ' ');
    notify("STATUS=" + line);
}

void ServiceNotifier::watchdog() const {
    notify("WATCHDOG=1");
}

std::optional<std::chrono::microseconds> ServiceNotifier::watchdog_interval() {
    std::uint64_t allowed = 0;
    if (sd_watchdog_enabled(0, &allowed) <= 0) return std::nullopt;
    return std::chrono::microseconds(allowed / 2);
}

}  // namespace edgeward::admin
