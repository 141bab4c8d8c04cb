#include <edgeward/database/schema_steps.hpp>

#include <array>

#include <catch2/catch_test_macros.hpp>

#include <edgeward/crypto/seal.hpp>

#include "support/scratch_folder.hpp"

namespace edgeward::database {

TEST_CASE("a file takes the steps it has not taken yet", "[schema_steps]") {
    const support::ScratchFolder folder;
    auto file = Connection::open(folder / "x.db", crypto::random_key(), Access::read_write_create).value();
    constexpr std::array<const char*, 2> steps{"CREATE TABLE a(n INTEGER) STRICT; INSERT INTO a VALUES(1)",
                                               "ALTER TABLE a ADD COLUMN m INTEGER"};
    REQUIRE(bring_up(file, "x.db", std::span(steps).first(1)));
    CHECK(file.schema_version().value() == 1);
    REQUIRE(bring_up(file, "x.db", steps));
    REQUIRE(bring_up(file, "x.db", steps));
    CHECK(file.schema_version().value() == 2);
    auto row = file.prepare("SELECT n, m FROM a").value();
    REQUIRE(row.step().value());
    CHECK(row.integer(0) == 1);
    CHECK_FALSE(row.step().value());

    const auto later = bring_up(file, "x.db", std::span(steps).first(1));
    REQUIRE_FALSE(later);
    CHECK(later.error().kind == ErrorKind::misconfigured);
    CHECK(later.error().message ==
          "x.db has schema version 2, this program knows versions up to 1; start a program of a later "
          "version");
}

TEST_CASE("a step that fails leaves the file at the version before", "[schema_steps]") {
    const support::ScratchFolder folder;
    auto file = Connection::open(folder / "x.db", crypto::random_key(), Access::read_write_create).value();
    constexpr std::array<const char*, 2> steps{"CREATE TABLE a(n INTEGER) STRICT",
                                               "CREATE TABLE b(n INTEGER) STRICT; no SQL"};
    CHECK_FALSE(bring_up(file, "x.db", steps));
    CHECK(file.schema_version().value() == 1);
    CHECK_FALSE(file.prepare("SELECT n FROM b"));
}

}  // namespace edgeward::database
