#include <catch2/catch_test_macros.hpp>

#include <edgeward/access/account_book.hpp>
#include <edgeward/access/account_restore.hpp>
#include <edgeward/database/database.hpp>

#include "support/scratch_folder.hpp"

namespace edgeward::access {
namespace {

const Instant noon = parse_rfc3339("2026-11-26T12:00:00Z")->utc;
const std::chrono::hours hour{1};

NewSecurityKey key_named(std::string_view id, std::uint32_t counter = 0) {
    return {{id.begin(), id.end()}, {KeyAlgorithm::eddsa, Bytes(32, 7)}, counter};
}

struct Installation {
    std::unique_ptr<AccountBook> open() { return AccountBook::open(folder.path(), keys, {64, 1, 1}).value(); }
    static std::int64_t account(AccountBook& book, std::string_view name) {
        const auto invited = book.add(name, {"ward"}, "ICU", noon).value();
        return book.accept(invited.code, name, bytes_of("correct horse battery"), noon)
            .value()
            .value()
            .number;
    }
    support::ScratchFolder folder;
    crypto::KeyRing keys = crypto::KeyRing::generate();
};

}  // namespace

TEST_CASE("keys of an account come back as they were, in their order", "[account_keys]") {
    Installation here;
    std::int64_t alice = 0;
    {
        const auto book = here.open();
        alice = Installation::account(*book, "alice");
        CHECK(book->security_keys(alice).value().empty());
        const auto made = book->add_security_key(alice, key_named("first"), "blau, am Bund", noon).value();
        REQUIRE(book->add_security_key(alice, key_named("second"), "Ersatz", noon + hour));
        CHECK(book->use_security_key(alice, made.number, 0, noon + hour) == KeyUse::counted);
    }
    const auto keys = here.open()->security_keys(alice).value();
    REQUIRE(keys.size() == 2);
    CHECK(text_of(keys[0].id) == "first");
    CHECK(keys[0].name == "blau, am Bund");
    CHECK(keys[0].key.algorithm == KeyAlgorithm::eddsa);
    CHECK(keys[0].key.octets == Bytes(32, 7));
    CHECK(keys[0].created == noon);
    CHECK(keys[0].last_used == noon + hour);
    CHECK(text_of(keys[1].id) == "second");
    CHECK_FALSE(keys[1].last_used);
}

TEST_CASE("an id is there once over all accounts, and belongs to its own", "[account_keys]") {
    Installation here;
    const auto book = here.open();
    const auto alice = Installation::account(*book, "alice");
    const auto bob = Installation::account(*book, "bob");
    const auto made = book->add_security_key(alice, key_named("one"), "a", noon).value();
    CHECK(book->add_security_key(alice, key_named("one"), "b", noon).error().kind == ErrorKind::rejected);
    CHECK(book->add_security_key(bob, key_named("one"), "c", noon).error().kind == ErrorKind::rejected);
    CHECK(book->find_security_key(alice, bytes_of("one")).value()->number == made.number);
    CHECK_FALSE(book->find_security_key(bob, bytes_of("one")).value());
    CHECK_FALSE(book->find_security_key(alice, bytes_of("on")).value());
    CHECK(book->use_security_key(bob, made.number, 9, noon) == KeyUse::unknown);
    CHECK(book->remove_security_key(bob, made.number).error().kind == ErrorKind::invalid_input);
    CHECK(book->security_keys(alice).value().size() == 1);
}

TEST_CASE("an account has ten keys at most", "[account_keys]") {
    Installation here;
    const auto book = here.open();
    const auto alice = Installation::account(*book, "alice");
    for (std::size_t i = 0; i < most_security_keys; ++i)
        REQUIRE(book->add_security_key(alice, key_named("key " + std::to_string(i)), "key", noon));
    CHECK(book->add_security_key(alice, key_named("one more"), "key", noon).error().kind ==
          ErrorKind::rejected);
}

TEST_CASE("a counter that does not grow tells of a copy", "[account_keys]") {
    Installation here;
    const auto book = here.open();
    const auto alice = Installation::account(*book, "alice");
    const auto key = book->add_security_key(alice, key_named("one", 5), "key", noon).value().number;
    const auto use = [&](std::uint32_t counter) {
        return book->use_security_key(alice, key, counter, noon).value();
    };
    CHECK(use(5) == KeyUse::copied);
    CHECK(use(0) == KeyUse::copied);
    CHECK(use(6) == KeyUse::counted);
    CHECK(use(6) == KeyUse::copied);
    CHECK(use(5) == KeyUse::copied);
    CHECK(use(4294967295U) == KeyUse::counted);
    CHECK(use(0) == KeyUse::copied);
    // One that does not count says zero for ever, until it begins to.
    const auto other = book->add_security_key(alice, key_named("other"), "key", noon).value().number;
    CHECK(book->use_security_key(alice, other, 0, noon) == KeyUse::counted);
    CHECK(book->use_security_key(alice, other, 0, noon) == KeyUse::counted);
    CHECK(book->use_security_key(alice, other, 1, noon) == KeyUse::counted);
    CHECK(book->use_security_key(alice, other, 0, noon) == KeyUse::copied);
}

TEST_CASE("the last second factor stays", "[account_keys]") {
    Installation here;
    const auto book = here.open();
    const auto alice = Installation::account(*book, "alice");
    const auto first = book->add_security_key(alice, key_named("one"), "key", noon).value().number;
    const auto second = book->add_security_key(alice, key_named("two"), "key", noon).value().number;
    REQUIRE(book->remove_security_key(alice, first));
    CHECK(book->remove_security_key(alice, first).error().kind == ErrorKind::invalid_input);
    CHECK(book->remove_security_key(alice, second).error().kind == ErrorKind::rejected);
    REQUIRE(book->set_second_factor(alice, Secret(bytes_of("12345678901234567890")), 1));
    CHECK(book->remove_security_key(alice, second));
    CHECK(book->security_keys(alice).value().empty());
    // Numbers are never given again.
    CHECK(book->add_security_key(alice, key_named("two"), "key", noon).value().number == second + 1);
}

TEST_CASE("a reset takes the keys of that account away", "[account_keys]") {
    Installation here;
    const auto book = here.open();
    const auto alice = Installation::account(*book, "alice");
    const auto bob = Installation::account(*book, "bob");
    REQUIRE(book->add_security_key(alice, key_named("one"), "key", noon));
    REQUIRE(book->add_security_key(bob, key_named("two"), "key", noon));
    REQUIRE(book->reset("alice", noon));
    CHECK(book->security_keys(alice).value().empty());
    CHECK(book->security_keys(bob).value().size() == 1);
    CHECK(book->add_security_key(bob, key_named("one"), "found again", noon));
}

TEST_CASE("a handle says nothing of its account", "[account_keys]") {
    Installation here;
    const auto book = here.open();
    CHECK(book->user_handle(1).size() == 32);
    CHECK(book->user_handle(1) == book->user_handle(1));
    CHECK(book->user_handle(1) != book->user_handle(2));
    Installation other;
    CHECK(book->user_handle(1) != other.open()->user_handle(1));
}

TEST_CASE("a key that was put beside another account does not open", "[account_keys]") {
    Installation here;
    std::int64_t alice = 0;
    std::int64_t bob = 0;
    {
        const auto book = here.open();
        alice = Installation::account(*book, "alice");
        bob = Installation::account(*book, "bob");
        REQUIRE(book->add_security_key(alice, key_named("one"), "key", noon));
        REQUIRE(book->add_security_key(alice, key_named("two"), "key", noon));
    }
    const auto change = [&](const char* sql) {
        REQUIRE(database::Connection::open(here.folder / accounts_file, accounts_key(here.keys).value(),
                                           database::Access::read_write)
                    .value()
                    .execute(sql));
    };
    CHECK(examine_accounts(here.folder.path(), here.keys) == 2U);
    SECTION("of another account") {
        change("UPDATE security_keys SET account = 2 WHERE number = 1");
        CHECK(here.open()->security_keys(bob).error().kind == ErrorKind::corrupt);
        CHECK(here.open()->security_keys(alice));
    }
    SECTION("of another key of the same account") {
        change("UPDATE security_keys SET sealed = (SELECT sealed FROM security_keys WHERE number = 1)");
        CHECK(here.open()->security_keys(alice).error().kind == ErrorKind::corrupt);
    }
    CHECK_FALSE(examine_accounts(here.folder.path(), here.keys));
}

}  // namespace edgeward::access
