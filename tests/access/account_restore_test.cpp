#include <edgeward/access/account_restore.hpp>

#include <catch2/catch_test_macros.hpp>

#include <edgeward/access/account_book.hpp>
#include <edgeward/crypto/one_time_code.hpp>
#include <edgeward/database/database.hpp>

#include "support/scratch_folder.hpp"

namespace edgeward::access {
namespace {

constexpr crypto::PasswordCost cheap{64, 1, 1};
constexpr std::string_view good = "correct horse battery";
constexpr std::string_view changed = "another horse battery";
const Instant noon = parse_rfc3339("2026-11-26T12:00:00Z")->utc;

Secret factor() {
    return Secret(bytes_of("12345678901234567890"));
}

std::string code_at(Instant now) {
    return crypto::one_time_code(factor(), crypto::code_step_at(now), 6, crypto::CodeHash::sha1);
}

struct Installation {
    [[nodiscard]] std::unique_ptr<AccountBook> open() const { return open(folder.path()); }
    [[nodiscard]] std::unique_ptr<AccountBook> open(const std::filesystem::path& where) const {
        return AccountBook::open(where, keys, cheap).value();
    }
    // An account with both factors; gives its recovery codes.
    static std::vector<std::string> sign_up(AccountBook& book, std::string_view name) {
        const auto invited = book.add(name, {"ward"}, "ICU", noon).value();
        const auto account = book.accept(invited.code, name, bytes_of(good), noon).value().value();
        return book.set_second_factor(account.number, factor(), crypto::code_step_at(noon)).value();
    }
    support::ScratchFolder folder;
    crypto::KeyRing keys = crypto::KeyRing::generate();
};

}  // namespace

TEST_CASE("people sign in after a restore; what counts once does not come back", "[account_restore]") {
    const Installation here;
    std::string invitation;
    std::vector<std::string> codes;
    {
        const auto book = here.open();
        codes = Installation::sign_up(*book, "alice");
        invitation = book->add("bob", {}, "", noon).value().code;
    }
    CHECK(examine_accounts(here.folder.path(), here.keys) == 2U);
    REQUIRE(revive_accounts(here.folder.path(), {}, here.keys));
    const auto book = here.open();
    const auto alice = book->check_password("alice", bytes_of(good)).value();
    REQUIRE(alice);
    CHECK(book->recovery_codes_left(alice->number) == 0U);
    CHECK_FALSE(book->use_code(alice->number, codes.front(), noon).value());
    const Instant later = noon + std::chrono::minutes(5);
    CHECK(book->use_code(alice->number, code_at(later), later).value());
    CHECK_FALSE(book->accept(invitation, "bob", bytes_of(good), noon).value());
}

TEST_CASE("a later file takes the place of the one in the backup", "[account_restore]") {
    const Installation here;
    const support::ScratchFolder later;
    Installation::sign_up(*here.open(), "alice");
    {
        const auto book = here.open(later.path());
        Installation::sign_up(*book, "alice");
        REQUIRE(book->set_password(1, bytes_of(changed)));
        Installation::sign_up(*book, "mallory");
        REQUIRE(book->disable("mallory", true));
    }
    REQUIRE(revive_accounts(here.folder.path(), {later.path()}, here.keys));
    const auto book = here.open();
    CHECK_FALSE(book->check_password("alice", bytes_of(good)).value());
    CHECK(book->check_password("alice", bytes_of(changed)).value());
    CHECK(book->find("mallory").value()->state == AccountState::disabled);
}

TEST_CASE("where there was none an empty file is made", "[account_restore]") {
    const Installation here;
    REQUIRE(revive_accounts(here.folder.path(), {}, here.keys));
    CHECK(examine_accounts(here.folder.path(), here.keys) == 0U);
}

TEST_CASE("a file that was tampered with or has another key is found", "[account_restore]") {
    const Installation here;
    Installation::sign_up(*here.open(), "alice");
    CHECK_FALSE(examine_accounts(here.folder.path(), crypto::KeyRing::generate()));
    auto raw = database::Connection::open(here.folder / accounts_file, accounts_key(here.keys).value(),
                                          database::Access::read_write)
                   .value();
    REQUIRE(raw.execute("UPDATE accounts SET password = zeroblob(60)"));
    CHECK_FALSE(examine_accounts(here.folder.path(), here.keys));
}

}  // namespace edgeward::access
