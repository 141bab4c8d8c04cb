#include "account_schema.hpp"

#include <catch2/catch_test_macros.hpp>

#include <edgeward/crypto/seal.hpp>

#include "support/scratch_folder.hpp"

namespace edgeward::access {
namespace {

// As version 1 made it; never changed.
constexpr const char* version_1 = R"sql(
    CREATE TABLE accounts(
        number        INTEGER PRIMARY KEY AUTOINCREMENT,
        name          TEXT NOT NULL UNIQUE,
        roles         TEXT NOT NULL,
        ward          TEXT NOT NULL,
        disabled      INTEGER NOT NULL DEFAULT 0 CHECK(disabled IN (0, 1)),
        created       INTEGER NOT NULL,
        last_sign_in  INTEGER,
        password      BLOB,
        second_factor BLOB,
        used_step     INTEGER NOT NULL DEFAULT 0
    ) STRICT;
    CREATE TABLE invitations(
        digest  BLOB PRIMARY KEY CHECK(length(digest) = 32),
        account INTEGER UNIQUE REFERENCES accounts(number),
        expires INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE recovery_codes(
        account INTEGER NOT NULL REFERENCES accounts(number),
        digest  BLOB NOT NULL CHECK(length(digest) = 32),
        PRIMARY KEY(account, digest)
    ) STRICT, WITHOUT ROWID;
)sql";

}  // namespace

TEST_CASE("a new file gets the newest schema and is left alone afterwards", "[account_schema]") {
    const support::ScratchFolder folder;
    const auto key = crypto::random_key();
    auto database =
        database::Connection::open(folder / "accounts.db", key, database::Access::read_write_create).value();
    REQUIRE(migrate(database));
    CHECK(database.schema_version().value() == schema_version);
    REQUIRE(database.execute("INSERT INTO accounts(name, roles, ward, created) VALUES('a', '', '', 0)"));
    REQUIRE(migrate(database));
    auto count = database.prepare("SELECT count(*) FROM accounts").value();
    REQUIRE(count.step().value());
    CHECK(count.integer(0) == 1);
}

TEST_CASE("a file of version 1 keeps its accounts and can hold security keys", "[account_schema]") {
    const support::ScratchFolder folder;
    auto database = database::Connection::open(folder / "accounts.db", crypto::random_key(),
                                               database::Access::read_write_create)
                        .value();
    REQUIRE(database.execute(version_1));
    REQUIRE(database.execute(
        "INSERT INTO accounts(name, roles, ward, created, password, second_factor, used_step) "
        "VALUES('alice', 'admin', 'ICU', 7, x'01', x'02', 9);"
        "INSERT INTO recovery_codes(account, digest) VALUES(1, zeroblob(32))"));
    REQUIRE(database.set_schema_version(1));
    REQUIRE(migrate(database));
    CHECK(database.schema_version().value() == 2);
    auto row = database
                   .prepare(
                       "SELECT name, roles, ward, created, hex(password), hex(second_factor), used_step, "
                       "(SELECT count(*) FROM recovery_codes) FROM accounts")
                   .value();
    REQUIRE(row.step().value());
    CHECK(row.text(0) == "alice");
    CHECK(row.text(1) == "admin");
    CHECK(row.text(2) == "ICU");
    CHECK(row.integer(3) == 7);
    CHECK(row.text(4) == "01");
    CHECK(row.text(5) == "02");
    CHECK(row.integer(6) == 9);
    CHECK(row.integer(7) == 1);
    CHECK(
        database.execute("INSERT INTO security_keys(account, digest, sealed, counter, name, created) "
                         "VALUES(1, zeroblob(32), x'03', 0, 'key', 8)"));
    CHECK_FALSE(
        database.execute("INSERT INTO security_keys(account, digest, sealed, counter, name, created) "
                         "VALUES(2, randomblob(32), x'03', 0, 'key', 8)"));
}

TEST_CASE("a file of a later version is refused", "[account_schema]") {
    const support::ScratchFolder folder;
    const auto key = crypto::random_key();
    auto database =
        database::Connection::open(folder / "accounts.db", key, database::Access::read_write_create).value();
    REQUIRE(database.set_schema_version(schema_version + 1));
    CHECK(migrate(database).error().kind == ErrorKind::misconfigured);
}

}  // namespace edgeward::access
