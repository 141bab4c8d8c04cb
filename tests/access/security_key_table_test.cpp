#include "security_key_table.hpp"

#include <catch2/catch_test_macros.hpp>

#include <edgeward/crypto/seal.hpp>

#include "account_schema.hpp"
#include "account_table.hpp"
#include "support/scratch_folder.hpp"

namespace edgeward::access {
namespace {

const Instant noon = parse_rfc3339("2026-11-26T12:00:00Z")->utc;

struct File {
    support::ScratchFolder folder;
    database::Connection database = database::Connection::open(folder / "accounts.db", crypto::random_key(),
                                                               database::Access::read_write_create)
                                        .value();
    AccountTable accounts = prepared();
    SecurityKeyTable table = SecurityKeyTable::prepare(database).value();
    std::int64_t alice = accounts.add("alice", {}, "", noon).value();
    std::int64_t bob = accounts.add("bob", {}, "", noon).value();

    AccountTable prepared() {
        REQUIRE(migrate(database));
        return AccountTable::prepare(database).value();
    }
};

StoredSecurityKey key_of(std::string_view id) {
    StoredSecurityKey key;
    key.digest = crypto::sha256(bytes_of(id));
    key.sealed = {1, 2, 3};
    key.name = "Schlüssel";
    key.created = noon;
    return key;
}

}  // namespace

TEST_CASE("keys come back with what was said of them", "[security_key_table]") {
    File file;
    const auto number = file.table.add(file.alice, key_of("one"), 4294967295U).value();
    REQUIRE(number);
    const auto keys = file.table.of_account(file.alice).value();
    REQUIRE(keys.size() == 1);
    CHECK(keys[0].number == *number);
    CHECK(keys[0].digest == key_of("one").digest);
    CHECK(keys[0].sealed == Bytes{1, 2, 3});
    CHECK(keys[0].name == "Schlüssel");
    CHECK(keys[0].created == noon);
    CHECK_FALSE(keys[0].last_used);
    CHECK(file.table.of_account(file.bob).value().empty());
}

TEST_CASE("a digest is there once", "[security_key_table]") {
    File file;
    REQUIRE(file.table.add(file.alice, key_of("one"), 0).value());
    CHECK_FALSE(file.table.add(file.bob, key_of("one"), 0).value());
    CHECK(file.table.add(file.bob, key_of("two"), 0).value());
    CHECK_FALSE(file.table.add(99, key_of("three"), 0));  // no such account
}

TEST_CASE("a counter grows or stays zero", "[security_key_table]") {
    File file;
    const auto number = *file.table.add(file.alice, key_of("one"), 0).value();
    CHECK(file.table.use(file.alice, number, 0, noon) == true);
    CHECK(file.table.use(file.alice, number, 2, noon) == true);
    CHECK(file.table.use(file.alice, number, 2, noon) == false);
    CHECK(file.table.use(file.alice, number, 1, noon) == false);
    CHECK(file.table.use(file.alice, number, 0, noon) == false);
    CHECK(file.table.use(file.bob, number, 3, noon) == false);
    CHECK(file.table.use(file.alice, number, 3, noon) == true);
    CHECK(file.table.of_account(file.alice).value()[0].last_used == noon);
}

TEST_CASE("keys go one by one or all of an account", "[security_key_table]") {
    File file;
    const auto one = *file.table.add(file.alice, key_of("one"), 0).value();
    const auto two = *file.table.add(file.alice, key_of("two"), 0).value();
    CHECK(file.table.remove(file.bob, one) == false);
    CHECK(file.table.remove(file.alice, one) == true);
    CHECK(file.table.remove(file.alice, two) == false);  // there is no code of another factor
    REQUIRE(file.accounts.set_second_factor(file.alice, bytes_of("sealed"), 1, {}));
    CHECK(file.table.remove(file.alice, two) == true);
    REQUIRE(file.table.add(file.alice, key_of("one"), 0).value());
    REQUIRE(file.table.add(file.bob, key_of("two"), 0).value());
    REQUIRE(file.table.remove_all(file.alice));
    CHECK(file.table.of_account(file.alice).value().empty());
    CHECK(file.table.of_account(file.bob).value().size() == 1);
}

}  // namespace edgeward::access
