#include "account_schema.hpp"

#include <catch2/catch_test_macros.hpp>

#include <edgeward/crypto/seal.hpp>

#include "support/scratch_folder.hpp"

namespace edgeward::access {

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

TEST_CASE("a file of a later version is refused", "[account_schema]") {
    const support::ScratchFolder folder;
    const auto key = crypto::random_key();
    auto database =
        database::Connection::open(folder / "accounts.db", key, database::Access::read_write_create).value();
    REQUIRE(database.set_schema_version(schema_version + 1));
    CHECK(migrate(database).error().kind == ErrorKind::misconfigured);
}

}  // namespace edgeward::access
