#include "book_schema.hpp"

#include <catch2/catch_test_macros.hpp>

#include <edgeward/crypto/seal.hpp>

#include "support/scratch_folder.hpp"

namespace edgeward::enrolment {

TEST_CASE("an empty file becomes a book of this version once", "[book_schema]") {
    const support::ScratchFolder folder;
    auto database = database::Connection::open(folder / "devices.db", crypto::random_key(),
                                               database::Access::read_write_create);
    REQUIRE(database);
    REQUIRE(migrate(*database));
    CHECK(*database->schema_version() == book_version);
    REQUIRE(database->execute("INSERT INTO devices VALUES('a', '', '', '', '', '', '', '', 'token', 0, 1)"));
    REQUIRE(migrate(*database));
    auto count = database->prepare("SELECT count(*) FROM devices");
    REQUIRE(count->step());
    CHECK(count->integer(0) == 1);
}

TEST_CASE("a book of version 1 keeps its devices and learns of accounts", "[book_schema]") {
    const support::ScratchFolder folder;
    auto database = database::Connection::open(folder / "devices.db", crypto::random_key(),
                                               database::Access::read_write_create);
    REQUIRE(database);
    REQUIRE(migrate(*database));
    // Version 1 is what docs/devices-format.md says of it: the same without the accounts.
    REQUIRE(database->execute("DROP TABLE accounts"));
    REQUIRE(database->execute("INSERT INTO devices VALUES('a', '', '', '', '', '', '', '', 'token', 0, 1)"));
    REQUIRE(database->set_schema_version(1));
    REQUIRE(migrate(*database));
    CHECK(*database->schema_version() == book_version);
    REQUIRE(database->execute("INSERT INTO accounts SELECT id, 2 FROM devices"));
    CHECK_FALSE(database->execute("INSERT INTO accounts VALUES('a', 3)"));
}

TEST_CASE("a book of a newer version is left alone", "[book_schema]") {
    const support::ScratchFolder folder;
    auto database = database::Connection::open(folder / "devices.db", crypto::random_key(),
                                               database::Access::read_write_create);
    REQUIRE(database);
    REQUIRE(database->set_schema_version(book_version + 1));
    const auto migrated = migrate(*database);
    REQUIRE_FALSE(migrated);
    CHECK(migrated.error().kind == ErrorKind::misconfigured);
}

}  // namespace edgeward::enrolment
