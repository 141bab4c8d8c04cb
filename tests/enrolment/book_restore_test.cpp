#include <edgeward/enrolment/book_restore.hpp>

#include <edgeward/database/database.hpp>

#include "bench.hpp"

namespace edgeward::enrolment {
namespace {

// A gateway whose devices.db was kept twice: once early, and once later.
struct Scene {
    std::string enrol(const std::string& id) {
        auto answer =
            bench.service().enrol({bench.asks(id, id), bench.token_for({.id = id, .kind = "pump"}), {}});
        return Bench::granted(answer);
    }
    // As a backup does, with the book open.
    void keep(const support::ScratchFolder& folder) const {
        for (const char* ending : {"", "-wal"}) {
            const std::string name = std::string(book_file) + ending;
            if (std::filesystem::exists(bench.folder / name))
                std::filesystem::copy_file(bench.folder / name, folder / name);
        }
    }
    [[nodiscard]] DeviceBook open(const support::ScratchFolder& folder) const {
        return DeviceBook::open(folder.path(), bench.keys).value();
    }
    Bench bench;
    support::ScratchFolder early, later;
};

bool is_revoked(DeviceBook& book, const std::string& id) {
    return book.device(id).value().value().revoked;
}

}  // namespace

TEST_CASE("devices come back with their certificates", "[book_restore]") {
    Scene scene;
    scene.enrol("pump-1");
    scene.keep(scene.early);
    CHECK(examine_devices(scene.early.path(), scene.bench.keys) == 1U);
    REQUIRE(revive_devices(scene.early.path(), {}, scene.bench.keys));
    auto book = scene.open(scene.early);
    CHECK_FALSE(is_revoked(book, "pump-1"));
    CHECK(book.certificates_of("pump-1")->size() == 1);
}

TEST_CASE("a revocation made after the backup stays one where anything knows of it", "[book_restore]") {
    Scene scene;
    scene.enrol("pump-1");
    scene.enrol("pump-2");
    scene.keep(scene.early);
    scene.bench.clock.pass(1min);
    REQUIRE(scene.bench.service().revoke("pump-1", "stolen", "user:1"));
    scene.enrol("pump-3");
    scene.keep(scene.later);
    REQUIRE(revive_devices(scene.early.path(), {scene.later.path()}, scene.bench.keys));
    auto book = scene.open(scene.early);
    CHECK(is_revoked(book, "pump-1"));
    CHECK_FALSE(is_revoked(book, "pump-2"));
    CHECK_FALSE(is_revoked(book, "pump-3"));
    CHECK(book.certificates_of("pump-3")->size() == 1);
    CHECK(book.revoked_after(scene.bench.clock.now())->size() == 1);
    // The other way round, where what is replaced is older than the backup.
    REQUIRE(revive_devices(scene.later.path(), {scene.early.path()}, scene.bench.keys));
    auto other = scene.open(scene.later);
    CHECK(is_revoked(other, "pump-1"));
    CHECK(other.revoked_after(scene.bench.clock.now())->size() == 1);
}

TEST_CASE("a device that was let in again later is in; its first certificate stays revoked",
          "[book_restore]") {
    Scene scene;
    scene.enrol("pump-1");
    scene.bench.clock.pass(1min);
    REQUIRE(scene.bench.service().revoke("pump-1", "lost", "user:1"));
    scene.keep(scene.early);
    scene.bench.clock.pass(1min);
    scene.enrol("pump-1");
    scene.keep(scene.later);
    REQUIRE(revive_devices(scene.early.path(), {scene.later.path()}, scene.bench.keys));
    auto book = scene.open(scene.early);
    CHECK_FALSE(is_revoked(book, "pump-1"));
    CHECK(book.certificates_of("pump-1")->size() == 2);
    CHECK(book.revoked_after(scene.bench.clock.now())->size() == 1);
}

TEST_CASE("accounts come back unless the device was revoked or has a certificate since", "[book_restore]") {
    Scene scene;
    const auto account = [&](const std::string& id) {
        DeviceEntry entry;
        entry.id = id;
        entry.kind = "pump";
        REQUIRE(scene.bench.book->keep_account({entry, false, "password", scene.bench.clock.now()}));
    };
    for (const char* id : {"pump-1", "pump-2", "pump-3"})
        account(id);
    scene.keep(scene.early);
    scene.bench.clock.pass(1min);
    REQUIRE(scene.bench.service().revoke("pump-1", "stolen", "user:1"));
    scene.enrol("pump-2");
    account("pump-4");
    scene.keep(scene.later);
    REQUIRE(revive_devices(scene.early.path(), {scene.later.path()}, scene.bench.keys));
    CHECK(*scene.open(scene.early).accounts() == std::set<std::string>{"pump-3", "pump-4"});
}

TEST_CASE("tokens and approvals count once and do not come back; who waits still does", "[book_restore]") {
    Scene scene;
    const auto token = scene.bench.token_for({.id = "pump-1", .kind = "pump"});
    for (const char* id : {"pump-2", "pump-3"})
        REQUIRE(Bench::waits(scene.bench.service().enrol({scene.bench.asks(id, id), {}, {}})));
    REQUIRE(scene.bench.service().approve(1, {.id = {}, .kind = "pump"}, false, "user:1"));
    scene.keep(scene.early);
    REQUIRE(revive_devices(scene.early.path(), {}, scene.bench.keys));
    scene.bench.book.emplace(scene.open(scene.early));
    const auto requests = scene.bench.book->requests();
    REQUIRE(requests->size() == 1);
    CHECK(requests->front().entry.id == "pump-3");
    auto again = scene.bench.open();
    REQUIRE(again);
    CHECK(Bench::refusal((*again)->enrol({scene.bench.asks("pump-1", "pump-1"), token, {}})) ==
          ErrorKind::denied);
}

TEST_CASE("a file that was tampered with or has another key is found", "[book_restore]") {
    Scene scene;
    scene.enrol("pump-1");
    scene.keep(scene.early);
    CHECK_FALSE(examine_devices(scene.early.path(), crypto::KeyRing::generate()));
    auto raw = database::Connection::open(scene.early / book_file, devices_key(scene.bench.keys).value(),
                                          database::Access::read_write)
                   .value();
    REQUIRE(raw.execute("UPDATE certificates SET fingerprint = zeroblob(32)"));
    CHECK(examine_devices(scene.early.path(), scene.bench.keys).error().kind == ErrorKind::corrupt);
}

}  // namespace edgeward::enrolment
