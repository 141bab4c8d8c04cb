#include <edgeward/backup/backup_settings.hpp>

#include <edgeward/core/file.hpp>

namespace edgeward::backup {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

constexpr std::size_t longest_pem = 65536;

Schedule read_schedule(config::Section& section) {
    const std::string word = section.choice("schedule", "off", {"off", "hourly", "daily"});
    if (word == "hourly") return Schedule::hourly;
    return word == "daily" ? Schedule::daily : Schedule::off;
}

}  // namespace

BackupSettings read_backup_settings(config::Section section, const std::string& zone) {
    BackupSettings settings;
    settings.zone = zone;
    settings.folder = section.file("folder", settings.folder);
    settings.recovery_key = section.file("recovery_key", settings.recovery_key);
    settings.schedule = read_schedule(section);
    settings.time = section.time_of_day("time", settings.time);
    settings.data_count = static_cast<std::uint64_t>(
        section.whole_number("data_count", static_cast<std::int64_t>(settings.data_count), 1, 10'000));
    settings.data_age = section.duration("data_age", settings.data_age, hours(1), hours(24 * 3650));
    settings.persons_count = static_cast<std::uint64_t>(
        section.whole_number("persons_count", static_cast<std::int64_t>(settings.persons_count), 1, 10'000));
    settings.persons_age = section.duration("persons_age", settings.persons_age, hours(1), hours(24 * 30));
    settings.verify_interval =
        section.duration("verify_interval", settings.verify_interval, hours(1), hours(24 * 31));
    settings.rate = section.size("rate", settings.rate, 1U << 20U, std::uint64_t{10} << 30U);
    settings.log_limit =
        section.size("log_limit", settings.log_limit, std::uint64_t{64} << 20U, std::uint64_t{64} << 30U);
    if (settings.schedule != Schedule::off && settings.recovery_key.empty()) {
        section.problem("recovery_key",
                        "expected the file with the public recovery key, as backups are scheduled; make one "
                        "with `edgeward key recovery generate`");
    }
    return settings;
}

Result<std::string> read_recovery_key(const BackupSettings& settings) {
    if (settings.recovery_key.empty()) return std::string();
    auto pem = read_file(settings.recovery_key, longest_pem);
    if (!pem) return failure(ErrorKind::misconfigured, "backup.recovery_key: " + pem.error().message);
    return pem;
}

Instant last_due(const BackupSettings& settings, Instant now) {
    if (settings.schedule == Schedule::off) return Instant::min();
    const auto interval = settings.schedule == Schedule::hourly ? minutes(60) : minutes(24 * 60);
    const auto offset = zone_offset_minutes(now, settings.zone);
    const auto shift = minutes(offset ? *offset : 0) - settings.time % interval;
    const auto local = std::chrono::floor<minutes>(now) + shift;
    const auto into = (local.time_since_epoch() % interval + interval) % interval;
    return local - into - shift;
}

}  // namespace edgeward::backup
