#include <sys/stat.h>

#include <catch2/catch_test_macros.hpp>
#include <stdexcept>

#include <edgeward/database/database.hpp>

#include "database/scratch.hpp"

namespace edgeward::database {
namespace {

Connection fresh(const ScratchFolder& folder, const char* name = "a.db") {
    return Connection::open(folder / name, key_of(1), Access::read_write_create).value();
}

std::string only_text(Connection& connection, const char* sql) {
    auto statement = connection.prepare(sql).value();
    REQUIRE(statement.step().value());
    return std::string(statement.text(0));
}

unsigned mode_of(const std::filesystem::path& file) {
    struct stat status {};
    REQUIRE(::stat(file.c_str(), &status) == 0);
    return status.st_mode & 0777U;
}

TEST_CASE("what connections hold in memory is known", "[connection]") {
    const ScratchFolder folder;
    const auto before = memory_in_use();
    {
        auto connection = fresh(folder);
        REQUIRE(connection.execute("CREATE TABLE t (a); INSERT INTO t VALUES (zeroblob(1000000))"));
        CHECK(memory_in_use() > before + 1'000'000);
    }
    CHECK(memory_in_use() < before + 100'000);
}

TEST_CASE("a connection has every protective setting", "[connection]") {
    const ScratchFolder folder;
    auto connection = fresh(folder);
    CHECK(only_text(connection, "PRAGMA journal_mode") == "wal");
    CHECK(only_text(connection, "PRAGMA synchronous") == "2");
    CHECK(only_text(connection, "PRAGMA secure_delete") == "1");
    CHECK(only_text(connection, "PRAGMA foreign_keys") == "1");
    CHECK(only_text(connection, "PRAGMA trusted_schema") == "0");
    CHECK(only_text(connection, "PRAGMA busy_timeout") == "5000");
    CHECK(only_text(connection, "PRAGMA page_size") == "4096");
    CHECK(only_text(connection, "PRAGMA cipher_use_hmac") == "1");
    CHECK(only_text(connection, "PRAGMA cipher_hmac_algorithm") == "HMAC_SHA256");
}

TEST_CASE("database and side files are readable by their owner only", "[connection]") {
    const ScratchFolder folder;
    auto connection = fresh(folder);
    REQUIRE(connection.execute("CREATE TABLE t(i)"));
    CHECK(mode_of(folder / "a.db") == 0600);
    CHECK(mode_of(folder / "a.db-wal") == 0600);
    CHECK(mode_of(folder / "a.db-shm") == 0600);
}

TEST_CASE("a file open to others is made private", "[connection]") {
    const ScratchFolder folder;
    { auto connection = fresh(folder); }
    REQUIRE(::chmod((folder / "a.db").c_str(), 0664) == 0);
    auto connection = fresh(folder);
    CHECK(mode_of(folder / "a.db") == 0600);
}

TEST_CASE("no octet of a value or name is in the files", "[connection]") {
    const ScratchFolder folder;
    auto connection = fresh(folder);
    REQUIRE(connection.execute(
        "CREATE TABLE canary_table(s TEXT); INSERT INTO canary_table VALUES('canary value')"));
    CHECK(content_of(folder / "a.db-wal").find("canary") == std::string::npos);
    REQUIRE(connection.checkpoint());
    CHECK(content_of(folder / "a.db-wal").empty());
    const auto content = content_of(folder / "a.db");
    CHECK(content.size() >= 8192);
    CHECK(content.find("canary") == std::string::npos);
    CHECK_FALSE(content.starts_with("SQLite format 3"));
}

TEST_CASE("a wrong key is corrupt and the key is in no message", "[connection]") {
    const ScratchFolder folder;
    { REQUIRE(fresh(folder).execute("CREATE TABLE t(i)")); }
    const auto wrong = Connection::open(folder / "a.db", key_of(0xAB), Access::read_write);
    REQUIRE_FALSE(wrong);
    CHECK(wrong.error().kind == ErrorKind::corrupt);
    CHECK((wrong.error().message + wrong.error().foreign).find("abab") == std::string::npos);
    CHECK(Connection::open(folder / "a.db", key_of(1), Access::read_write));
}

TEST_CASE("a key of another length is refused", "[connection]") {
    const ScratchFolder folder;
    const auto opened = Connection::open(folder / "a.db", Secret(Bytes(31, 1)), Access::read_write_create);
    REQUIRE_FALSE(opened);
    CHECK(opened.error().kind == ErrorKind::misconfigured);
    CHECK_FALSE(std::filesystem::exists(folder / "a.db"));
}

TEST_CASE("a file that is not there is only made when asked", "[connection]") {
    const ScratchFolder folder;
    for (const auto access : {Access::read_write, Access::read_only}) {
        const auto opened = Connection::open(folder / "a.db", key_of(1), access);
        REQUIRE_FALSE(opened);
        CHECK(opened.error().kind == ErrorKind::misconfigured);
    }
    CHECK_FALSE(std::filesystem::exists(folder / "a.db"));
}

TEST_CASE("attaching and loading code is impossible", "[connection]") {
    const ScratchFolder folder;
    auto connection = fresh(folder);
    const auto attach = "ATTACH '" + (folder / "b.db").string() + "' AS b KEY ''";
    CHECK_FALSE(connection.execute(attach.c_str()));
    CHECK_FALSE(std::filesystem::exists(folder / "b.db"));
    CHECK_FALSE(connection.execute("SELECT load_extension('libm.so.6')"));
    CHECK_FALSE(connection.execute("PRAGMA writable_schema=ON; DELETE FROM sqlite_schema"));
}

TEST_CASE("a reader sees committed rows and cannot write", "[connection]") {
    const ScratchFolder folder;
    auto writer = fresh(folder);
    REQUIRE(writer.execute("CREATE TABLE t(i); INSERT INTO t VALUES(1)"));
    auto reader = Connection::open(folder / "a.db", key_of(1), Access::read_only).value();
    CHECK(only_text(reader, "SELECT count(*) FROM t") == "1");
    REQUIRE(writer.execute("INSERT INTO t VALUES(2)"));
    CHECK(only_text(reader, "SELECT count(*) FROM t") == "2");
    const auto written = reader.execute("INSERT INTO t VALUES(3)");
    REQUIRE_FALSE(written);
    CHECK(written.error().kind == ErrorKind::misconfigured);
}

TEST_CASE("a reader that closes last leaves the write ahead log to the writer", "[connection]") {
    const ScratchFolder folder;
    auto reader = [&] {
        auto writer = fresh(folder);
        REQUIRE(writer.execute("CREATE TABLE t(i); INSERT INTO t VALUES(1)"));
        return std::make_unique<Connection>(
            Connection::open(folder / "a.db", key_of(1), Access::read_only).value());
    }();
    CHECK(only_text(*reader, "SELECT count(*) FROM t") == "1");
    const auto before = content_of(folder / "a.db-wal");
    REQUIRE_FALSE(before.empty());
    reader.reset();
    CHECK(content_of(folder / "a.db-wal") == before);
    auto writer = fresh(folder);
    CHECK(only_text(writer, "SELECT count(*) FROM t") == "1");
}

TEST_CASE("a transaction commits all or nothing", "[connection]") {
    const ScratchFolder folder;
    auto connection = fresh(folder);
    REQUIRE(connection.execute("CREATE TABLE t(i)"));
    REQUIRE(connection.transaction([&] { return connection.execute("INSERT INTO t VALUES(1)"); }));
    const auto refused = connection.transaction([&]() -> Result<void> {
        REQUIRE(connection.execute("INSERT INTO t VALUES(2)"));
        return failure(ErrorKind::denied, "no");
    });
    REQUIRE_FALSE(refused);
    CHECK(refused.error().kind == ErrorKind::denied);
    CHECK_THROWS_AS(connection.transaction([&]() -> Result<void> {
        REQUIRE(connection.execute("INSERT INTO t VALUES(3)"));
        throw std::runtime_error("library");
    }),
                    std::runtime_error);
    CHECK(only_text(connection, "SELECT count(*) FROM t") == "1");
    REQUIRE(connection.transaction([&] { return connection.execute("INSERT INTO t VALUES(4)"); }));
}

TEST_CASE("a connection counts the rows it changes, rolled back or not", "[connection]") {
    const ScratchFolder folder;
    auto database = fresh(folder);
    REQUIRE(database.execute("CREATE TABLE t(a)"));
    const auto before = database.changes();
    REQUIRE(database.execute("INSERT INTO t VALUES(1), (2)"));
    CHECK(database.changes() == before + 2);
    REQUIRE(database.execute("SELECT a FROM t"));
    CHECK(database.changes() == before + 2);
    REQUIRE_FALSE(database.transaction([&]() -> Result<void> {
        if (auto changed = database.execute("UPDATE t SET a = 3 WHERE a = 1"); !changed) return changed;
        return failure(ErrorKind::invalid_input, "taken back");
    }));
    CHECK(database.changes() == before + 3);
    REQUIRE(database.execute("DELETE FROM t"));
    CHECK(database.changes() == before + 5);
}

TEST_CASE("a second writer waits and then is told to come back", "[connection]") {
    const ScratchFolder folder;
    auto first = fresh(folder);
    auto second = fresh(folder);
    REQUIRE(second.execute("PRAGMA busy_timeout=1"));
    const auto held = first.transaction([&]() -> Result<void> {
        const auto refused = second.transaction([]() -> Result<void> { return {}; });
        REQUIRE_FALSE(refused);
        CHECK(refused.error().kind == ErrorKind::unavailable);
        return {};
    });
    CHECK(held);
}

TEST_CASE("a full database is exhausted and usable afterwards", "[connection]") {
    const ScratchFolder folder;
    auto connection = fresh(folder);
    REQUIRE(connection.execute("CREATE TABLE t(o); PRAGMA max_page_count=10"));
    const auto full = connection.execute("INSERT INTO t VALUES(zeroblob(100000))");
    REQUIRE_FALSE(full);
    CHECK(full.error().kind == ErrorKind::exhausted);
    CHECK(connection.execute("INSERT INTO t VALUES(1)"));
}

TEST_CASE("the schema version is kept in the file", "[connection]") {
    const ScratchFolder folder;
    {
        auto connection = fresh(folder);
        CHECK(connection.schema_version().value() == 0);
        REQUIRE(connection.set_schema_version(7));
        CHECK_FALSE(connection.set_schema_version(-1));
    }
    auto connection = fresh(folder);
    CHECK(connection.schema_version().value() == 7);
}

// SQLCipher's own choice, with which files were made before.
TEST_CASE("a file whose pages are authenticated by SHA-512 is used on as it is", "[connection]") {
    const ScratchFolder folder;
    {
        OlderFile older(folder / "first.db", 1);
        older.run(
            "CREATE TABLE t(a TEXT); INSERT INTO t VALUES('in the file'); PRAGMA wal_checkpoint(TRUNCATE)");
        older.run("INSERT INTO t VALUES('in the log')");
        // As a crash leaves it.
        std::filesystem::copy_file(folder / "first.db", folder / "a.db");
        std::filesystem::copy_file(folder / "first.db-wal", folder / "a.db-wal");
    }
    {
        const auto refused = Connection::open(folder / "a.db", key_of(2), Access::read_write);
        REQUIRE_FALSE(refused);
        CHECK(refused.error().kind == ErrorKind::corrupt);
        CHECK(std::filesystem::file_size(folder / "a.db-wal") > 0);
    }
    for (int round = 0; round < 2; ++round) {
        CAPTURE(round);
        auto connection = Connection::open(folder / "a.db", key_of(1), Access::read_write).value();
        CHECK(only_text(connection, "PRAGMA cipher_hmac_algorithm") == "HMAC_SHA512");
        CHECK(only_text(connection, "SELECT group_concat(a, ', ') FROM t")
                  .starts_with("in the file, in the log"));
        REQUIRE(connection.execute("INSERT INTO t VALUES('written on')"));
        REQUIRE(connection.check_integrity());
        REQUIRE(connection.checkpoint());
    }
    auto reader = Connection::open(folder / "a.db", key_of(1), Access::read_only).value();
    CHECK(only_text(reader, "SELECT count(*) FROM t") == "4");
}

// One octet of each page after the first altered in turn: SQLCipher authenticates each page with
// HMAC-SHA-256.
TEST_CASE("an altered page is found by the integrity check", "[connection]") {
    const ScratchFolder folder;
    {
        auto connection = fresh(folder);
        REQUIRE(connection.execute("CREATE TABLE t(o); INSERT INTO t VALUES(randomblob(20000))"));
        REQUIRE(connection.check_integrity());
    }
    const std::string queries[] = {"SELECT o FROM t", "SELECT count(*) FROM t WHERE hex(o) LIKE '%00'",
                                   "SELECT 1 FROM t WHERE substr(o, 19990) = zeroblob(11)"};
    const auto original = content_of(folder / "a.db");
    REQUIRE(original.size() == std::size_t{6} * 4096);
    for (std::size_t page = 1; page < original.size() / 4096; ++page) {
        CAPTURE(page);
        auto altered = original;
        altered[page * 4096 + 1000] = static_cast<char>(altered[page * 4096 + 1000] ^ 1);
        std::ofstream(folder / "a.db", std::ios::binary | std::ios::trunc) << altered;
        auto connection = Connection::open(folder / "a.db", key_of(1), Access::read_write).value();
        const auto checked = connection.check_integrity();
        REQUIRE_FALSE(checked);
        CHECK(checked.error().kind == ErrorKind::corrupt);
        for (const auto& query : queries) {
            CAPTURE(query);
            // A mistake before is not taken for a failed page, nor does it hide one.
            CHECK_FALSE(connection.execute("SELECT a FROM nowhere"));
            auto select = connection.prepare(query).value();
            const auto row = select.step();
            REQUIRE_FALSE(row);
            CHECK(row.error().kind == ErrorKind::corrupt);
        }
    }
}

TEST_CASE("a mistake in a statement before leaves later rows readable", "[connection]") {
    const ScratchFolder folder;
    auto connection = fresh(folder);
    auto select = connection.prepare("SELECT 1").value();
    const auto mistake = connection.prepare("SELECT a FROM nowhere");
    REQUIRE_FALSE(mistake);
    CHECK(mistake.error().kind == ErrorKind::misconfigured);
    CHECK(mistake.error().foreign == "no such table: nowhere");
    CHECK(select.step().value());
    CHECK_FALSE(select.step().value());
    // Another connection changes the schema: the statement is prepared again behind the scenes.
    auto other = fresh(folder);
    REQUIRE(other.execute("CREATE TABLE t(i)"));
    select.reset();
    CHECK(select.step().value());
}

TEST_CASE("a long statement is given up when it is asked to, and only then", "[connection]") {
    const ScratchFolder folder;
    auto connection = fresh(folder);
    constexpr auto long_count =
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200000) SELECT count(*) "
        "FROM n";
    bool give_up = false;
    int asked = 0;
    connection.give_up_when(1000, [&] {
        ++asked;
        return give_up;
    });
    auto count = connection.prepare(long_count).value();
    CHECK(count.step().value());
    CHECK(count.integer(0) == 200'000);
    CHECK(asked > 0);
    count.reset();
    give_up = true;
    const auto ended = count.step();
    REQUIRE_FALSE(ended);
    CHECK(ended.error().kind == ErrorKind::unavailable);
    give_up = false;
    CHECK(count.step().value());
}

}  // namespace
}  // namespace edgeward::database
