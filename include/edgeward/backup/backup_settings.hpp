#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>

#include <edgeward/config/document.hpp>
#include <edgeward/core/result.hpp>
#include <edgeward/core/time.hpp>

namespace edgeward::backup {

enum class Schedule : std::uint8_t { off, hourly, daily };

// [backup]: where backups go, when they are made, and how long their two parts are kept.
struct BackupSettings {
    std::filesystem::path folder = "/var/lib/edgeward-backups";
    std::filesystem::path recovery_key;  // PEM with the offline recovery key's public half; empty: none
    Schedule schedule = Schedule::off;
    std::chrono::minutes time{150};  // after midnight in `zone`; of an hourly schedule the minutes count
    std::string zone = "UTC";
    std::uint64_t data_count = 48;  // most data parts that are kept
    std::chrono::milliseconds data_age = std::chrono::hours(24 * 30);
    std::uint64_t persons_count = 48;
    std::chrono::milliseconds persons_age = std::chrono::hours(24 * 14);
    std::chrono::milliseconds verify_interval = std::chrono::hours(24 * 7);
    std::uint64_t rate = std::uint64_t{100} << 20U;  // octets in a second that are read from a database
    std::uint64_t log_limit = std::uint64_t{512}
                              << 20U;  // a write-ahead log that grows beyond ends the backup
};

// A schedule needs a recovery key: without one nobody opens the backup when the machine is gone.
BackupSettings read_backup_settings(config::Section section, const std::string& zone);

// The PEM in `recovery_key`; empty when none is set. misconfigured: it cannot be read.
Result<std::string> read_recovery_key(const BackupSettings& settings);

// The newest moment at or before `now` at which the schedule wants a backup; Instant::min() when it is off.
// A backup made before it is due again, also after the gateway was down at that moment.
Instant last_due(const BackupSettings& settings, Instant now);

}  // namespace edgeward::backup
