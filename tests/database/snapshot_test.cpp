#include <edgeward/database/snapshot.hpp>

#include <catch2/catch_test_macros.hpp>

#include <atomic>
#include <fstream>
#include <mutex>
#include <string>
#include <thread>

#include "scratch.hpp"

namespace edgeward::database {
namespace {

constexpr std::size_t piece = 65536;

struct Scene {
    Scene() { must(connection.execute("CREATE TABLE t(x INTEGER PRIMARY KEY, y BLOB)")); }
    static void must(const Result<void>& result) { REQUIRE(result); }
    void insert(int count) { must(try_insert(count)); }
    Result<void> try_insert(int count) {
        return connection.transaction([&]() -> Result<void> {
            for (int i = 0; i < count; ++i) {
                auto done = connection.execute("INSERT INTO t(y) VALUES(randomblob(3000))");
                if (!done) return done;
            }
            return {};
        });
    }
    std::int64_t rows(const std::filesystem::path& file) {
        auto opened = Connection::open(file, key_of(1), Access::read_write);
        REQUIRE(opened);
        REQUIRE(opened->checkpoint());  // torn pages of the file are whole in the log
        CHECK(opened->check_integrity());
        auto count = opened->prepare("SELECT count(*) FROM t").value();
        REQUIRE(count.step().value());
        return count.integer(0);
    }
    [[nodiscard]] Snapshot begin() { return Snapshot::begin(folder / "t.db", key_of(1)).value(); }
    // Copies as the backup does: file first, then the log unless it has begun anew.
    void copy(Snapshot& snapshot, const std::string& name) {
        const auto target = folder.path() / name;
        std::ofstream out(target, std::ios::binary);
        pour(snapshot.file_size(), out, [&](auto at, auto to) { return snapshot.read_file(at, to); });
        std::ofstream log(target.string() + "-wal", std::ios::binary);
        pour(snapshot.log_size(), log, [&](auto at, auto to) { return snapshot.read_log(at, to); });
        log.close();
        if (!snapshot.log_is_whole().value()) std::filesystem::remove(target.string() + "-wal");
    }
    template <typename Read>
    static void pour(std::uint64_t size, std::ofstream& out, const Read& read) {
        Bytes buffer(piece);
        for (std::uint64_t at = 0; at < size;) {
            const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(piece, size - at));
            REQUIRE(read(at, std::span(buffer).first(count)));
            out.write(text_of(buffer).data(), static_cast<std::streamsize>(count));
            at += count;
        }
    }

    ScratchFolder folder;
    Connection connection = Connection::open(folder / "t.db", key_of(1), Access::read_write_create).value();
};

TEST_CASE("a copy of the snapshot is the database of that moment", "[snapshot]") {
    Scene scene;
    scene.insert(50);
    auto snapshot = scene.begin();
    CHECK(snapshot.log_size() > 0);
    scene.insert(50);
    scene.copy(snapshot, "copy.db");
    CHECK(scene.rows(scene.folder / "copy.db") == 50);
    CHECK(snapshot.connection().schema_version().value() == 0);
}

TEST_CASE("a snapshot is taken beside writers that are not asked", "[snapshot]") {
    Scene scene;
    scene.insert(50);
    std::atomic<bool> stop = false;
    std::atomic<bool> refused = false;
    std::thread writer([&] {
        while (!stop) {
            if (!scene.try_insert(10)) refused = true;
            std::this_thread::sleep_for(std::chrono::milliseconds(5));  // busy, but not without a gap
        }
    });
    std::vector<std::int64_t> found;
    for (int i = 0; i < 5; ++i) {
        auto snapshot = Snapshot::begin_alone(scene.folder / "t.db", key_of(1)).value();
        const std::string name = "copy" + std::to_string(i);
        scene.copy(snapshot, name);
        found.push_back(scene.rows(scene.folder / name) % 10);
    }
    stop = true;
    writer.join();
    CHECK_FALSE(refused);
    CHECK(found == std::vector<std::int64_t>(5, 0));  // whole transactions only
}

TEST_CASE("a snapshot is taken of a file that nobody has open", "[snapshot]") {
    const ScratchFolder folder;
    {
        auto made = Connection::open(folder / "t.db", key_of(1), Access::read_write_create).value();
        REQUIRE(made.execute("CREATE TABLE t(x)"));
    }
    auto snapshot = Snapshot::begin_alone(folder / "t.db", key_of(1));
    REQUIRE(snapshot);
    CHECK(snapshot->file_size() > 0);
    CHECK(snapshot->connection().prepare("SELECT x FROM t"));
    CHECK_FALSE(Snapshot::begin_alone(folder / "t.db", key_of(2)));
    CHECK_FALSE(Snapshot::begin_alone(folder / "none.db", key_of(1)));
}

TEST_CASE("the writer may move the log and write while the copy is made", "[snapshot]") {
    Scene scene;
    scene.insert(50);
    auto snapshot = scene.begin();
    scene.insert(50);
    REQUIRE(scene.connection.execute("PRAGMA wal_checkpoint(PASSIVE)"));  // moves what the snapshot allows
    scene.insert(2000);                                                   // beyond the automatic checkpoint
    scene.copy(snapshot, "copy.db");
    CHECK(scene.rows(scene.folder / "copy.db") == 50);
    CHECK(snapshot.log_growth().value() > snapshot.log_size());
}

TEST_CASE("a log that begins anew while the copy is made is left out", "[snapshot]") {
    Scene scene;
    scene.insert(50);
    // All of it is in the file, but the log keeps its frames: this snapshot does not need the log.
    REQUIRE(scene.connection.execute("PRAGMA wal_checkpoint(PASSIVE)"));
    auto snapshot = scene.begin();
    CHECK(snapshot.log_size() > 0);
    scene.insert(70);  // begins the log anew
    CHECK_FALSE(snapshot.log_is_whole().value());
    scene.copy(snapshot, "copy.db");
    CHECK_FALSE(std::filesystem::exists(scene.folder / "copy.db-wal"));
    CHECK(scene.rows(scene.folder / "copy.db") == 50);
}

TEST_CASE("a log that is emptied while the copy is made is left out", "[snapshot]") {
    Scene scene;
    scene.insert(50);
    REQUIRE(scene.connection.execute("PRAGMA wal_checkpoint(PASSIVE)"));
    auto snapshot = scene.begin();
    CHECK(snapshot.log_size() > 0);
    REQUIRE(scene.connection.checkpoint());  // as the vault does after an erasure
    CHECK(snapshot.log_growth().value() == 0);
    scene.copy(snapshot, "copy.db");
    CHECK_FALSE(std::filesystem::exists(scene.folder / "copy.db-wal"));
    CHECK(scene.rows(scene.folder / "copy.db") == 50);
}

TEST_CASE("an emptied log is no trouble", "[snapshot]") {
    Scene scene;
    scene.insert(50);
    REQUIRE(scene.connection.checkpoint());
    auto snapshot = scene.begin();
    CHECK(snapshot.log_size() == 0);
    scene.insert(50);
    scene.copy(snapshot, "copy.db");
    CHECK(scene.rows(scene.folder / "copy.db") == 50);
}

TEST_CASE("copies made again and again beside a busy writer are sound", "[snapshot]") {
    Scene scene;
    scene.insert(200);
    std::atomic<bool> stop = false;
    std::atomic<bool> wanted = false;  // a mutex alone would let the writer take every turn
    std::mutex turn;
    std::int64_t written = 200;
    std::thread writer([&] {
        while (!stop) {
            if (wanted) {
                std::this_thread::yield();
                continue;
            }
            const std::lock_guard lock(turn);
            written += scene.try_insert(7) ? 7 : 1'000'000;  // Catch2's assertions are for one thread
        }
    });
    for (int i = 0; i < 8; ++i) {
        wanted = true;
        std::unique_lock lock(turn);
        auto snapshot = scene.begin();
        const std::int64_t expected = written;
        lock.unlock();
        wanted = false;
        scene.copy(snapshot, "copy.db");
        CHECK(scene.rows(scene.folder / "copy.db") == expected);
        for (const char* rest : {"copy.db", "copy.db-wal", "copy.db-shm"})
            std::filesystem::remove(scene.folder / rest);
    }
    stop = true;
    writer.join();
}

TEST_CASE("nothing of a snapshot is readable without the key", "[snapshot]") {
    Scene scene;
    REQUIRE(scene.connection.execute("INSERT INTO t(y) VALUES('canary-in-the-database')"));
    auto snapshot = scene.begin();
    scene.copy(snapshot, "copy.db");
    const std::string all = content_of(scene.folder / "copy.db") + content_of(scene.folder / "copy.db-wal");
    CHECK(all.find("canary") == std::string::npos);
    CHECK_FALSE(all.starts_with("SQLite format 3"));
    CHECK_FALSE(Connection::open(scene.folder / "copy.db", key_of(2), Access::read_write));
}

TEST_CASE("reading beyond the snapshot is refused", "[snapshot]") {
    Scene scene;
    scene.insert(10);
    auto snapshot = scene.begin();
    Bytes octets(10);
    CHECK(snapshot.read_file(snapshot.file_size() - 5, octets).error().kind == ErrorKind::invalid_input);
    CHECK(snapshot.read_log(snapshot.log_size() + 1, octets).error().kind == ErrorKind::invalid_input);
    CHECK_FALSE(Snapshot::begin(scene.folder / "t.db", key_of(3)));
    CHECK_FALSE(Snapshot::begin(scene.folder / "none.db", key_of(1)));
}

}  // namespace
}  // namespace edgeward::database
