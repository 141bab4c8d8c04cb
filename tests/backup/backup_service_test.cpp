#include <edgeward/backup/backup_service.hpp>

#include <catch2/catch_test_macros.hpp>

#include <thread>

#include "yard.hpp"

namespace edgeward::backup {
namespace {

class SteppingClock final : public Clock {
public:
    [[nodiscard]] Instant now() const override { return now_; }
    [[nodiscard]] MonotonicTime monotonic() const override { return system_clock().monotonic(); }
    void set(Instant now) { now_ = now; }

private:
    std::atomic<Instant> now_ = parse_rfc3339("2026-11-23T12:00:00Z").value().utc;
};

struct Scene {
    std::unique_ptr<BackupService> open() {
        auto parts = yard.sources();
        return must(BackupService::open(
            yard.settings,
            {parts.data_folder, parts.configuration_file, parts.mappings_folder, parts.policies_folder,
             parts.reader, parts.writer, parts.vault, parts.keys, parts.wrapping, clock, parts.program},
            metrics));
    }
    std::vector<audit::Event> events(audit::Action action) {
        std::vector<audit::Event> found;
        must(yard.store.reader->export_audit(
            1, SIZE_MAX,
            [&](const audit::Record& record) {
                if (record.event.action == action) found.push_back(record.event);
            },
            [](auto) {}));
        return found;
    }
    [[nodiscard]] bool exposes(const std::string& line) const {
        return metrics.expose().find(line) != std::string::npos;
    }

    Yard yard;
    SteppingClock clock;
    metrics::Registry metrics;
};

template <typename Condition>
bool within_a_minute(const Condition& condition) {
    for (int i = 0; i < 1200; ++i) {
        if (condition()) return true;
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    return false;
}

TEST_CASE("a backup asked for is made; proven and told", "[backup_service]") {
    Scene scene;
    auto service = scene.open();
    CHECK_FALSE(service->status().last_made);
    CHECK(scene.exposes("edgeward_backup_last_success_timestamp_seconds 0"));
    const auto created = service->create("user:1000");
    REQUIRE(created);
    CHECK(service->status().last_name == created->name);
    CHECK_FALSE(service->status().last_verified);
    const auto made = scene.events(audit::Action::backup_created);
    REQUIRE(made.size() == 1);
    CHECK(made[0].actor == "user:1000");
    CHECK(made[0].object == "backup " + created->name);
    CHECK(made[0].details == created->digest);
    REQUIRE(service->verify({}, "user:1000"));
    const auto proven = scene.events(audit::Action::backup_verified);
    REQUIRE(proven.size() == 1);
    CHECK(proven[0].details == created->digest);
    CHECK(service->status().last_verified_name == created->name);
    CHECK(scene.exposes("edgeward_backup_size_bytes{part=\"persons\"}"));
    CHECK_FALSE(service->status().next_due);
    // A restart does not forget the proof.
    service.reset();
    CHECK(scene.open()->status().last_verified_name == created->name);
}

TEST_CASE("what fails is told in the log; the metrics and the status", "[backup_service]") {
    Scene scene;
    auto service = scene.open();
    REQUIRE(service->create("user:0"));
    for (const auto& entry : std::filesystem::directory_iterator(scene.yard.backups()))
        std::filesystem::resize_file(entry.path(), std::filesystem::file_size(entry.path()) - 1);
    CHECK(service->verify({}, "user:0").error().kind == ErrorKind::corrupt);
    const auto proven = scene.events(audit::Action::backup_verified);
    REQUIRE(proven.size() == 1);
    CHECK(proven[0].outcome == audit::Outcome::failure);
    CHECK(proven[0].rule == "corrupt");
    CHECK(scene.exposes("edgeward_backup_verify_failures_total 1"));
    CHECK_FALSE(service->status().trouble.empty());
    CHECK_FALSE(service->status().last_verified);

    std::filesystem::remove_all(scene.yard.backups());
    write_text(scene.yard.backups(), "a file in the folder's place");
    CHECK_FALSE(service->create("user:0"));
    CHECK(scene.events(audit::Action::backup_created).back().outcome == audit::Outcome::failure);
    CHECK(scene.exposes("edgeward_backup_failures_total 1"));
}

TEST_CASE("the schedule makes and proves backups by itself", "[backup_service]") {
    Scene scene;
    scene.yard.settings.schedule = Schedule::hourly;
    scene.yard.settings.time = std::chrono::minutes(0);
    auto service = scene.open();
    REQUIRE(service->status().next_due);
    service->start();
    CHECK(within_a_minute([&] { return scene.events(audit::Action::backup_created).size() == 1; }));
    CHECK(within_a_minute([&] { return service->status().last_verified.has_value(); }));
    CHECK(scene.events(audit::Action::backup_created)[0].actor == "gateway");
    CHECK(service->status().next_due == scene.clock.now() + std::chrono::hours(1));
    scene.clock.set(scene.clock.now() + std::chrono::minutes(61));
    CHECK(within_a_minute([&] { return scene.events(audit::Action::backup_created).size() == 2; }));
    service->stop();
    CHECK(scene.events(audit::Action::backup_verified).size() == 1);
}

TEST_CASE("expired parts are removed with a record each", "[backup_service]") {
    Scene scene;
    scene.yard.settings.data_count = 2;
    scene.yard.settings.persons_count = 1;
    auto service = scene.open();
    for (int i = 0; i < 3; ++i) {
        REQUIRE(service->create("user:0"));
        scene.clock.set(scene.clock.now() + std::chrono::minutes(1));
    }
    CHECK(must(list_backups(scene.yard.backups())).size() == 3);
    CHECK(scene.events(audit::Action::backup_removed).size() == 3);
    // The older data part goes with the newer persons' part.
    CHECK(service->verify(must(list_backups(scene.yard.backups())).front().name, "user:0"));
}

TEST_CASE("copies of objects go with the last backup that names them", "[backup_service]") {
    Scene scene;
    scene.yard.settings.data_count = 1;
    auto service = scene.open();
    static_cast<void>(scene.yard.seal_object(1));  // its message is never stored
    scene.yard.take_in("4711", scene.yard.seal_object(2));
    REQUIRE(service->create("user:0"));
    CHECK_FALSE(std::filesystem::exists(scene.yard.copy_file(1)));
    CHECK(std::filesystem::exists(scene.yard.copy_file(2)));
    const auto removed = scene.events(audit::Action::backup_removed);
    REQUIRE(removed.size() == 1);
    CHECK(removed[0].object == "objects no backup names");
    CHECK(removed[0].count == 1);
    CHECK(scene.exposes("edgeward_backup_objects_lost 0"));
    CHECK(scene.exposes("edgeward_backup_size_bytes{part=\"objects\"}"));
}

TEST_CASE("a damaged copy is found and made anew by the next backup", "[backup_service]") {
    Scene scene;
    auto service = scene.open();
    scene.yard.take_in("4711", scene.yard.seal_object(1));
    REQUIRE(service->create("user:0"));
    {
        std::fstream out(scene.yard.copy_file(1), std::ios::binary | std::ios::in | std::ios::out);
        out.seekp(1000);
        out.put('x');
    }
    CHECK(service->verify({}, "user:0").error().kind == ErrorKind::corrupt);
    CHECK(service->create("user:0")->copied_octets > 0);
    CHECK(service->verify({}, "user:0"));
    // The older backup has its object again too.
    CHECK(service->verify(must(list_backups(scene.yard.backups())).front().name, "user:0"));
}

TEST_CASE("a recovery key that is none keeps the service from opening", "[backup_service]") {
    Scene scene;
    scene.yard.settings.recovery_key = scene.yard.configuration();
    auto parts = scene.yard.sources();
    const auto opened = BackupService::open(scene.yard.settings, parts, scene.metrics);
    REQUIRE_FALSE(opened);
    CHECK(opened.error().kind == ErrorKind::misconfigured);
}

}  // namespace
}  // namespace edgeward::backup
