#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include <edgeward/backup/backup.hpp>
#include <edgeward/core/metrics.hpp>

namespace edgeward::backup {

// How the backups stand, for people and monitoring.
struct BackupStatus {
    BackupSettings settings;
    std::optional<Instant> last_made;  // of the newest whole backup in the folder
    std::string last_name;
    std::optional<Instant> last_verified;  // when a backup was last proven
    std::string last_verified_name;
    std::optional<Instant> next_due;  // nothing when no schedule is set
    std::uint64_t failures = 0;       // since the start
    std::string trouble;              // of the newest attempt; empty when it went well
};

// Makes, proves and gives up backups in the running gateway: by schedule on a thread of its own (ew-backup),
// and when asked. One at a time. Every backup, proof and removal has its audit record. Metrics:
// edgeward_backup_*. Threads: any.
class BackupService {
public:
    // misconfigured: the recovery key cannot be read.
    static Result<std::unique_ptr<BackupService>> open(const BackupSettings& settings,
                                                       const BackupSources& sources,
                                                       metrics::Registry& metrics);
    BackupService(const BackupService&) = delete;
    BackupService& operator=(const BackupService&) = delete;
    ~BackupService();

    // Begins to follow the schedule.
    void start();
    // Asks a backup under way to end soon; nothing new begins. Does not wait.
    void cancel();
    // cancel(), and waits for the thread.
    void stop();

    // Makes a backup now, then gives up what the retention says.
    Result<Created> create(const std::string& actor);
    // Proves the newest backup, or the one of that name.
    Result<Verified> verify(const std::string& name, const std::string& actor);
    [[nodiscard]] BackupStatus status();

private:
    struct State;
    explicit BackupService(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

}  // namespace edgeward::backup
