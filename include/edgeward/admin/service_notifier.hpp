#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace edgeward::admin {

// Tells systemd how the service is (sd_notify(3), Type=notify, WatchdogSec=). Without systemd, that is
// without $NOTIFY_SOCKET, every member does nothing. Threads: any.
class ServiceNotifier {
public:
    // Start-up is complete; also the end of a reload.
    void ready() const;
    // A reload begins; ends with ready().
    void reloading() const;
    // Shutdown begins.
    void stopping() const;
    // Shutdown or start-up needs at most this much longer.
    void extend_timeout(std::chrono::microseconds by) const;
    // One line for `systemctl status`; line breaks become spaces. No patient data.
    void status(std::string_view text) const;
    // The daemon still works. Send at least every watchdog_interval().
    void watchdog() const;

    // Half of what systemd allows between two calls of watchdog(); nothing when it does not watch this
    // process.
    [[nodiscard]] static std::optional<std::chrono::microseconds> watchdog_interval();
};

}  // namespace edgeward::admin
