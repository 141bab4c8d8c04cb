#include <edgeward/backup/backup_settings.hpp>

#include <catch2/catch_test_macros.hpp>

namespace edgeward::backup {
namespace {

struct Read {
    BackupSettings settings;
    std::vector<config::Problem> problems;
};

Read read(const std::string& text) {
    auto document = config::Document::parse("[backup]\n" + text, "/etc/edgeward/edgeward.toml");
    Read done{read_backup_settings(document.root().table("backup"), "Europe/Berlin"), {}};
    document.refuse_unread_keys();
    done.problems = document.problems();
    return done;
}

Instant at(const char* text) {
    return parse_rfc3339(text).value().utc;
}

std::string due(const BackupSettings& settings, const char* now) {
    return to_rfc3339(last_due(settings, at(now)));
}

TEST_CASE("a schedule without a recovery key is a mistake", "[backup_settings]") {
    CHECK(read("").problems.empty());
    CHECK(read("recovery_key = \"recovery.pem\"\nschedule = \"daily\"").problems.empty());
    const auto wrong = read("schedule = \"daily\"");
    REQUIRE(wrong.problems.size() == 1);
    CHECK(wrong.problems.front().path == "backup.recovery_key");
}

TEST_CASE("settings are taken as they are written", "[backup_settings]") {
    const auto done = read(
        "folder = \"/mnt/backups\"\nrecovery_key = \"recovery.pem\"\nschedule = \"hourly\"\ntime = "
        "\"23:15\"\n"
        "data_count = 7\ndata_age = \"90d\"\npersons_count = 3\npersons_age = \"5d\"\nverify_interval = "
        "\"1d\"\n"
        "rate = \"50MiB\"\nlog_limit = \"1GiB\"");
    CHECK(done.problems.empty());
    CHECK(done.settings.folder == "/mnt/backups");
    CHECK(done.settings.recovery_key == "/etc/edgeward/recovery.pem");
    CHECK(done.settings.schedule == Schedule::hourly);
    CHECK(done.settings.time == std::chrono::minutes(23 * 60 + 15));
    CHECK(done.settings.persons_age == std::chrono::hours(120));
    CHECK(done.settings.rate == 50U << 20U);
}

TEST_CASE("what cannot be is refused", "[backup_settings]") {
    for (const char* text : {"time = \"24:00\"", "time = \"2:30\"", "time = \"02:60\"", "time = \"-1:30\"",
                             "schedule = \"weekly\"", "persons_age = \"31d\"", "data_count = 0",
                             "rate = \"1KiB\"", "typo = 1"}) {
        CAPTURE(text);
        CHECK(read(text).problems.size() == 1);
    }
}

TEST_CASE("a daily backup is due at its time of day wherever the clock stands", "[backup_settings]") {
    BackupSettings settings;
    settings.schedule = Schedule::daily;
    settings.zone = "Europe/Berlin";
    CHECK(due(settings, "2026-11-23T01:29:59Z") == "2026-11-22T01:30:00.000Z");
    CHECK(due(settings, "2026-11-23T01:30:00Z") == "2026-11-23T01:30:00.000Z");
    CHECK(due(settings, "2026-11-23T23:59:00Z") == "2026-11-23T01:30:00.000Z");
    CHECK(due(settings, "2026-07-23T12:00:00Z") == "2026-07-23T00:30:00.000Z");  // summer time
    settings.zone = "UTC";
    CHECK(due(settings, "2026-11-23T12:00:00Z") == "2026-11-23T02:30:00.000Z");
}

TEST_CASE("an hourly backup is due at its minute", "[backup_settings]") {
    BackupSettings settings;
    settings.schedule = Schedule::hourly;
    settings.time = std::chrono::minutes(2 * 60 + 15);
    CHECK(due(settings, "2026-11-23T12:14:59Z") == "2026-11-23T11:15:00.000Z");
    CHECK(due(settings, "2026-11-23T12:15:00Z") == "2026-11-23T12:15:00.000Z");
    settings.schedule = Schedule::off;
    CHECK(last_due(settings, at("2026-11-23T12:15:00Z")) == Instant::min());
}

}  // namespace
}  // namespace edgeward::backup
