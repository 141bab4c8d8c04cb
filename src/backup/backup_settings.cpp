#include <edgeward/backup/backup_settings.hpp>

#include <charconv>
#include <optional>

namespace edgeward::backup {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

std::optional<minutes> read_time(const std::string& text) {
    int hour = 0;
    int minute = 0;
    const char* const begin = text.data();
    if (text.size() != 5 || text[2] != ':') return std::nullopt;
    const auto first = std::from_chars(begin, begin + 2, hour);
    const auto second = std::from_chars(begin + 3, begin + 5, minute);
    if (first.ptr != begin + 2 || second.ptr != begin + 5) return std::nullopt;
    if (hour < 0 || hour > 23 || minute < 0 || minute > 59) return std::nullopt;
    return hours(hour) + minutes(minute);
}

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
    const auto time = read_time(section.text("time", "02:30"));
    if (time) settings.time = *time;
    if (!time) section.problem("time", "expected a time of day such as \"02:30\"");
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
