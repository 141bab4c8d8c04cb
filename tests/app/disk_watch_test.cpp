#include "disk_watch.hpp"

#include <catch2/catch_test_macros.hpp>

#include "desk.hpp"

namespace edgeward::app {
namespace {

constexpr std::uint64_t mib = std::uint64_t{1} << 20U;

struct Scene {
    Desk desk;
    TestClock clock;
    metrics::Registry metrics;
    std::mutex mutex;
    Result<DiskRoom> disk = DiskRoom{100'000 * mib, 50'000 * mib, 0};
    std::vector<bool> held;
    DiskReserve reserve{desk.folder.path() / "reserve"};
    DiskWatch watch{{},
                    {[this] {
                         const std::lock_guard lock(mutex);
                         return disk;
                     },
                     [this](bool hold) {
                         const std::lock_guard lock(mutex);
                         held.push_back(hold);
                     },
                     *desk.store.writer, clock, metrics, reserve}};

    void look(std::uint64_t room_mib, std::uint64_t used = 0) {
        {
            const std::lock_guard lock(mutex);
            disk = DiskRoom{10'000 * mib, room_mib * mib, used};
        }
        watch.look();
    }
    [[nodiscard]] bool shows(const std::string& line) const {
        return ("\n" + metrics.expose()).find("\n" + line + "\n") != std::string::npos;
    }
};

}  // namespace

TEST_CASE("a disk that runs full stops the intake once and lets it go on", "[disk_watch]") {
    Scene scene;
    scene.look(5000);
    CHECK(scene.watch.health());
    CHECK(scene.shows("edgeward_intake_stopped 0"));
    for (const std::uint64_t room : {255, 250, 300})
        scene.look(room);
    CHECK(scene.held == std::vector<bool>{true});
    CHECK(scene.watch.health().error().kind == ErrorKind::exhausted);
    CHECK(scene.watch.health().error().message == "less than 384 MiB of room: reading has stopped");
    CHECK(scene.shows("edgeward_intake_stopped 1"));
    CHECK(scene.watch.status().low);
    scene.look(400);
    CHECK(scene.held == std::vector<bool>{true, false});
    CHECK(scene.watch.health());
    scene.desk.take_in("{");  // the records are committed before this
    const auto stopped = scene.desk.records(audit::Action::intake_stopped);
    REQUIRE(stopped.size() == 1);
    CHECK(stopped[0].object == "disk");
    CHECK(stopped[0].rule == "room 255 MiB, limit 256 MiB");
    CHECK(stopped[0].outcome == audit::Outcome::failure);
    const auto resumed = scene.desk.records(audit::Action::intake_resumed);
    REQUIRE(resumed.size() == 1);
    CHECK(resumed[0].rule == "room 400 MiB, limit 384 MiB");
}

TEST_CASE("how long the disk lasts is known after the second look", "[disk_watch]") {
    Scene scene;
    CHECK(scene.shows("edgeward_buffer_seconds_left Nan"));
    scene.look(1256, 0);
    CHECK_FALSE(scene.watch.status().seconds_left);
    scene.clock.pass(std::chrono::seconds(10));
    scene.look(1256, 10 * mib);
    CHECK(scene.watch.status().octets_per_second == static_cast<double>(mib));
    CHECK(scene.watch.status().seconds_left == 1000);
    CHECK(scene.shows("edgeward_buffer_seconds_left 1000"));
    CHECK(scene.shows("edgeward_disk_fill_bytes_per_second 1048576"));
}

TEST_CASE("a disk that cannot be measured changes nothing", "[disk_watch]") {
    Scene scene;
    scene.look(100);
    {
        const std::lock_guard lock(scene.mutex);
        scene.disk = failure(ErrorKind::unavailable, "on purpose");
    }
    scene.watch.look();
    CHECK_FALSE(scene.watch.health());
    CHECK(scene.held.size() == 1);
}

TEST_CASE("the disk is looked at again and again until the end", "[disk_watch]") {
    Scene scene;
    DiskSettings often;
    often.check_interval = std::chrono::milliseconds(1);
    int looks = 0;
    std::atomic<int> seen{0};
    DiskWatch watch(often,
                    {[&]() -> Result<DiskRoom> {
                         seen = ++looks;
                         return DiskRoom{100'000 * mib, 50'000 * mib, 0};
                     },
                     [](bool) {}, *scene.desk.store.writer, system_clock(), scene.metrics, scene.reserve});
    watch.start();
    CHECK(support::eventually([&] { return seen.load() > 3; }));
    watch.stop();
    const int last = seen.load();
    CHECK(looks == last);
}

TEST_CASE("the reserve is made when the file system has room, not when only store.db has", "[disk_watch]") {
    Scene scene;
    const auto file = scene.desk.folder.path() / "reserve";
    scene.look(5000);
    CHECK_FALSE(std::filesystem::exists(file));
    {
        const std::lock_guard lock(scene.mutex);
        scene.disk = DiskRoom{10'000 * mib, 5000 * mib, 0, 65 * mib};
    }
    scene.watch.look();
    CHECK(std::filesystem::file_size(file) == 16 * mib);
}

TEST_CASE("free pages inside store.db are room", "[disk_watch]") {
    Desk desk;
    const auto before = measure_disk(desk.folder.path(), *desk.store.reader);
    REQUIRE(before);
    CHECK(before->used > 0);
    CHECK(before->room > 0);
    CHECK(before->capacity >= before->room);
    CHECK(before->free > 0);
    CHECK(before->free <= before->room);
    CHECK(measure_disk("/no/such/folder", *desk.store.reader).error().kind == ErrorKind::unavailable);
}

}  // namespace edgeward::app
