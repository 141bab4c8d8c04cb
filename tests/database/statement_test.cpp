#include <catch2/catch_test_macros.hpp>

#include <edgeward/database/database.hpp>

#include "database/scratch.hpp"

namespace edgeward::database {
namespace {

struct OpenDatabase {
    ScratchFolder folder;
    Connection connection = Connection::open(folder / "a.db", key_of(1), Access::read_write_create).value();
};

TEST_CASE("integers texts octets and nulls come back as they were bound", "[statement]") {
    OpenDatabase database;
    REQUIRE(database.connection.execute("CREATE TABLE t(i, s, o, n)"));
    auto insert = database.connection.prepare("INSERT INTO t VALUES(?1, ?2, ?3, ?4)").value();
    const Bytes octets{0x00, 0xFF, 0x27};
    insert.bind(1, INT64_MIN).bind(2, std::string_view("a\0b", 3)).bind(3, ByteView(octets)).bind_null(4);
    REQUIRE(insert.run().value() == 1);

    auto select = database.connection.prepare("SELECT i, s, o, n FROM t").value();
    REQUIRE(select.step().value());
    CHECK(select.integer(0) == INT64_MIN);
    CHECK(select.text(1) == std::string_view("a\0b", 3));
    CHECK(Bytes(select.octets(2).begin(), select.octets(2).end()) == octets);
    CHECK(select.is_null(3));
    CHECK_FALSE(select.is_null(2));
    CHECK_FALSE(select.step().value());
}

TEST_CASE("empty texts and octets are values and not null", "[statement]") {
    OpenDatabase database;
    REQUIRE(database.connection.execute("CREATE TABLE t(s TEXT NOT NULL, o BLOB NOT NULL)"));
    auto insert = database.connection.prepare("INSERT INTO t VALUES(?1, ?2)").value();
    REQUIRE(insert.bind(1, std::string_view()).bind(2, ByteView()).run().value() == 1);

    auto select =
        database.connection.prepare("SELECT typeof(s), typeof(o), length(s), length(o) FROM t").value();
    REQUIRE(select.step().value());
    CHECK(select.text(0) == "text");
    CHECK(select.text(1) == "blob");
    CHECK(select.integer(2) == 0);
    CHECK(select.integer(3) == 0);
}

TEST_CASE("run counts only the rows of its own statement", "[statement]") {
    OpenDatabase database;
    REQUIRE(database.connection.execute("CREATE TABLE t(i)"));
    auto insert =
        database.connection.prepare("INSERT INTO t SELECT ?1 UNION ALL SELECT 2 UNION ALL SELECT 3").value();
    CHECK(insert.bind(1, 1).run().value() == 3);
    CHECK(database.connection.prepare("CREATE TABLE u(i)").value().run().value() == 0);
    CHECK(database.connection.prepare("DELETE FROM t WHERE i = 9").value().run().value() == 0);
    CHECK(database.connection.prepare("DELETE FROM t WHERE i > 1").value().run().value() == 2);
}

TEST_CASE("a parameter that does not exist is an error of the next step", "[statement]") {
    OpenDatabase database;
    auto select = database.connection.prepare("SELECT ?1").value();
    const auto row = select.bind(2, 1).step();
    REQUIRE_FALSE(row);
    CHECK(row.error().kind == ErrorKind::invalid_input);
    CHECK(select.bind(1, 7).step().value());
    CHECK(select.integer(0) == 7);
}

TEST_CASE("a broken constraint names no value and leaves the statement usable", "[statement]") {
    OpenDatabase database;
    REQUIRE(database.connection.execute("CREATE TABLE t(s TEXT PRIMARY KEY)"));
    auto insert = database.connection.prepare("INSERT INTO t VALUES(?1)").value();
    REQUIRE(insert.bind(1, "Canary-Name").run());
    const auto again = insert.bind(1, "Canary-Name").run();
    REQUIRE_FALSE(again);
    CHECK(again.error().kind == ErrorKind::invalid_input);
    CHECK((again.error().message + again.error().foreign).find("Canary") == std::string::npos);
    CHECK(insert.bind(1, "other").run().value() == 1);
}

TEST_CASE("a reset statement forgets what was bound", "[statement]") {
    OpenDatabase database;
    auto select = database.connection.prepare("SELECT ?1").value();
    REQUIRE(select.bind(1, 7).step().value());
    select.reset();
    REQUIRE(select.step().value());
    CHECK(select.is_null(0));
}

TEST_CASE("a statement may outlive its connection", "[statement]") {
    ScratchFolder folder;
    Statement survivor;
    {
        auto connection = Connection::open(folder / "a.db", key_of(1), Access::read_write_create).value();
        survivor = connection.prepare("SELECT 5").value();
    }
    REQUIRE(survivor.step().value());
    CHECK(survivor.integer(0) == 5);
    Statement moved = std::move(survivor);
    CHECK(moved.integer(0) == 5);
}

}  // namespace
}  // namespace edgeward::database
