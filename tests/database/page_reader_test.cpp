#include <edgeward/database/page_reader.hpp>

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <fstream>

#include <edgeward/database/database.hpp>

#include "scratch.hpp"

namespace edgeward::database {
namespace {

const std::string canary = "canary-of-the-page-reader";

struct Found {
    PagesRead read;
    std::uint64_t places = 0;
};

Found search(const std::filesystem::path& file, const Secret& key, std::string_view wanted = canary) {
    Found found;
    const auto read = read_every_page(file, key, [&](ByteView page) {
        const auto text = text_of(page);
        for (auto at = text.find(wanted); at != std::string_view::npos; at = text.find(wanted, at + 1))
            ++found.places;
    });
    REQUIRE(read);
    found.read = *read;
    return found;
}

Connection open(const std::filesystem::path& file) {
    return Connection::open(file, key_of(1), Access::read_write_create).value();
}

}  // namespace

TEST_CASE("pages and frames that SQLCipher wrote are read and authentic", "[page_reader]") {
    const ScratchFolder folder;
    auto database = open(folder / "a.db");
    REQUIRE(database.execute("CREATE TABLE t(x)"));
    REQUIRE(database.checkpoint());
    REQUIRE(database.execute(("INSERT INTO t VALUES('" + canary + "')").c_str()));
    const auto in_log = search(folder / "a.db", key_of(1));
    CHECK(in_log.read.pages == 2);
    CHECK(in_log.read.frames >= 1);
    CHECK(in_log.read.unauthentic == 0);
    CHECK(in_log.places == 1);
    REQUIRE(database.checkpoint());
    const auto in_file = search(folder / "a.db", key_of(1));
    CHECK(in_file.read.frames == 0);
    CHECK(in_file.places == 1);
    CHECK(in_file.read.octets == 4032 + 4048);
}

TEST_CASE("an older file is read too, and keeps its kind when it is rebuilt", "[page_reader]") {
    const ScratchFolder folder;
    {
        OlderFile older(folder / "a.db", 1);
        older.run("CREATE TABLE t(x); INSERT INTO t VALUES('" + canary + "')");
        const auto in_log = search(folder / "a.db", key_of(1));
        CHECK(in_log.read.unauthentic == 0);
        CHECK(in_log.places >= 1);
    }
    const auto in_file = search(folder / "a.db", key_of(1));
    CHECK(in_file.read.octets == 4000 + 4016);
    CHECK(in_file.read.unauthentic == 0);
    CHECK(in_file.places == 1);
    auto database = open(folder / "a.db");
    REQUIRE(database.execute(("DELETE FROM t; INSERT INTO t VALUES('kept')")));
    REQUIRE(database.rebuild());
    REQUIRE(database.check_integrity());
    REQUIRE(database.checkpoint());
    const auto rebuilt = search(folder / "a.db", key_of(1), "kept");
    CHECK(rebuilt.read.octets == 4000 + 4016);
    CHECK(rebuilt.read.unauthentic == 0);
    CHECK(rebuilt.places == 1);
}

TEST_CASE("old frames of the log are read; whatever SQLite shows", "[page_reader]") {
    const ScratchFolder folder;
    auto database = open(folder / "a.db");
    REQUIRE(database.execute("CREATE TABLE t(x)"));
    REQUIRE(database.execute(("INSERT INTO t VALUES('" + canary + "')").c_str()));
    REQUIRE(database.execute("DELETE FROM t"));
    CHECK(search(folder / "a.db", key_of(1)).places == 1);
    REQUIRE(database.checkpoint());
    CHECK(search(folder / "a.db", key_of(1)).places == 0);
}

TEST_CASE("content on overflow pages is read", "[page_reader]") {
    const ScratchFolder folder;
    auto database = open(folder / "a.db");
    REQUIRE(database.execute("CREATE TABLE t(x)"));
    REQUIRE(database.execute(("INSERT INTO t VALUES(hex(zeroblob(9000)) || '" + canary + "')").c_str()));
    REQUIRE(database.checkpoint());
    CHECK(search(folder / "a.db", key_of(1)).places == 1);
}

TEST_CASE("a rebuilt database keeps its rows and no gap between cells", "[page_reader]") {
    const ScratchFolder folder;
    auto database = open(folder / "a.db");
    // secure_delete overwrites a deleted cell; switched off here, the copy stays until the file is built
    // anew.
    REQUIRE(database.execute("PRAGMA secure_delete=OFF; CREATE TABLE t(x); INSERT INTO t VALUES('kept')"));
    REQUIRE(database.execute(("INSERT INTO t VALUES('" + canary + "')").c_str()));
    REQUIRE(database.execute("DELETE FROM t WHERE x <> 'kept'"));
    REQUIRE(database.checkpoint());
    CHECK(search(folder / "a.db", key_of(1)).places == 1);
    REQUIRE(database.rebuild());
    REQUIRE(database.checkpoint());
    CHECK(search(folder / "a.db", key_of(1)).places == 0);
    const auto rebuilt = search(folder / "a.db", key_of(1), "kept");
    CHECK(rebuilt.places == 1);
    CHECK(rebuilt.read.unauthentic == 0);
    CHECK(rebuilt.read.octets == 4032 + 4048);
    CHECK_FALSE(database.execute("ATTACH 'b.db' AS b"));
}

TEST_CASE("under another key nothing authenticates and nothing is found", "[page_reader]") {
    const ScratchFolder folder;
    auto database = open(folder / "a.db");
    REQUIRE(database.execute("CREATE TABLE t(x)"));
    REQUIRE(database.execute(("INSERT INTO t VALUES('" + canary + "')").c_str()));
    REQUIRE(database.checkpoint());
    const auto found = search(folder / "a.db", key_of(2));
    CHECK(found.read.unauthentic == found.read.pages);
    CHECK(found.places == 0);
}

TEST_CASE("an end that is no whole page is read and counted", "[page_reader]") {
    const ScratchFolder folder;
    {
        auto database = open(folder / "a.db");
        REQUIRE(database.execute("CREATE TABLE t(x)"));
        REQUIRE(database.execute(("INSERT INTO t VALUES('" + canary + "' || hex(zeroblob(1990)))").c_str()));
        REQUIRE(database.checkpoint());
    }
    std::filesystem::resize_file(folder / "a.db", 2 * 4096 - 100);
    const auto found = search(folder / "a.db", key_of(1));
    CHECK(found.read.pages == 2);
    CHECK(found.read.unauthentic == 1);
    CHECK(found.places == 1);
}

TEST_CASE("what is no database is said", "[page_reader]") {
    const ScratchFolder folder;
    const auto nothing = [](ByteView) {};
    CHECK(read_every_page(folder / "none.db", key_of(1), nothing).error().kind == ErrorKind::unavailable);
    std::ofstream(folder / "short.db") << "short";
    CHECK(read_every_page(folder / "short.db", key_of(1), nothing).error().kind == ErrorKind::corrupt);
}

}  // namespace edgeward::database
