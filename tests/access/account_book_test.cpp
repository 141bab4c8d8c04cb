#include <edgeward/access/account_book.hpp>

#include <algorithm>

#include <catch2/catch_test_macros.hpp>

#include <edgeward/core/file.hpp>
#include <edgeward/crypto/one_time_code.hpp>

#include "support/at_once.hpp"
#include "support/scratch_folder.hpp"

namespace edgeward::access {
namespace {

constexpr crypto::PasswordCost cheap{64, 1, 1};
constexpr std::string_view good = "correct horse battery";
const Instant noon = parse_rfc3339("2026-11-26T12:00:00Z")->utc;

struct Installation {
    support::ScratchFolder folder;
    crypto::KeyRing keys = crypto::KeyRing::generate();
    std::unique_ptr<AccountBook> book = opened();

    [[nodiscard]] std::unique_ptr<AccountBook> opened() const {
        return AccountBook::open(folder.path(), keys, cheap).value();
    }
    Account with_password(std::string_view name = "alice") {
        const auto invited = book->add(name, {"hospital-it", "ward"}, "ICU", noon).value();
        return book->accept(invited.code, name, bytes_of(good), noon).value().value();
    }
    std::string code_at(const Secret& secret, Instant now) const {
        return crypto::one_time_code(secret, crypto::code_step_at(now), 6, crypto::CodeHash::sha1);
    }
};

Secret factor() {
    return Secret(bytes_of("12345678901234567890"));
}

}  // namespace

TEST_CASE("the first account is made by a one-time code and there is no other way", "[account_book]") {
    Installation here;
    CHECK(here.book->all().value().empty());
    CHECK_FALSE(here.book->check_password("admin", bytes_of("admin")).value());
    const auto lost = here.book->invite_first(noon).value();
    const auto invited = here.book->invite_first(noon).value();
    CHECK(invited.code.size() == 23);
    CHECK(invited.code != lost.code);
    CHECK(invited.expires == noon + std::chrono::hours(24));
    CHECK_FALSE(here.book->accept(lost.code, "alice", bytes_of(good), noon).value());
    CHECK_FALSE(here.book->accept("", "alice", bytes_of(good), noon).value());
    CHECK_FALSE(here.book->accept(invited.code, "alice", bytes_of(good), invited.expires).value());
    const auto made = here.book->accept(invited.code, "alice", bytes_of(good), noon).value();
    REQUIRE(made);
    CHECK(made->roles == std::vector<std::string>{"admin"});
    CHECK(made->state == AccountState::enrolling);
    CHECK_FALSE(here.book->accept(invited.code, "mallory", bytes_of(good), noon).value());
    CHECK(here.book->invite_first(noon).error().kind == ErrorKind::rejected);
}

TEST_CASE("a first code is worth nothing once there is an account", "[account_book]") {
    Installation here;
    const auto first = here.book->invite_first(noon).value();
    here.with_password();
    CHECK_FALSE(here.book->accept(first.code, "mallory", bytes_of(good), noon).value());
}

TEST_CASE("a code is for one account and may be typed as people do", "[account_book]") {
    Installation here;
    const auto invited = here.book->add("alice", {"auditor"}, "", noon).value();
    REQUIRE(here.book->add("bob", {}, "", noon));
    CHECK(here.book->add("alice", {}, "", noon).error().kind == ErrorKind::rejected);
    CHECK_FALSE(here.book->accept(invited.code, "bob", bytes_of(good), noon).value());
    CHECK_FALSE(here.book->accept(invited.code, "nobody", bytes_of(good), noon).value());
    std::string typed = invited.code;
    for (char& c : typed)
        c = c == '-' ? ' ' : static_cast<char>(std::tolower(c));
    CHECK(here.book->accept(typed, "alice", bytes_of(good), noon).value());
}

TEST_CASE("a password opens its own account alone and is kept over a restart", "[account_book]") {
    Installation here;
    const auto made = here.with_password();
    CHECK(made.ward == "ICU");
    here.book = here.opened();
    const auto signed_in = here.book->check_password("alice", bytes_of(good)).value();
    REQUIRE(signed_in);
    CHECK(signed_in->number == made.number);
    CHECK(signed_in->roles == std::vector<std::string>{"hospital-it", "ward"});
    CHECK_FALSE(here.book->check_password("alice", bytes_of("correct horse batterz")).value());
    CHECK_FALSE(here.book->check_password("bob", bytes_of(good)).value());
    REQUIRE(here.book->set_password(made.number, bytes_of("another horse battery")));
    CHECK_FALSE(here.book->check_password("alice", bytes_of(good)).value());
    CHECK(here.book->check_password("alice", bytes_of("another horse battery")).value());
}

TEST_CASE("a disabled account opens for nothing until it is enabled", "[account_book]") {
    Installation here;
    here.with_password();
    REQUIRE(here.book->disable("alice", true));
    CHECK(here.book->find("alice").value()->state == AccountState::disabled);
    CHECK_FALSE(here.book->check_password("alice", bytes_of(good)).value());
    const auto invited = here.book->reset("alice", noon).value();
    CHECK_FALSE(here.book->accept(invited.code, "alice", bytes_of(good), noon).value());
    REQUIRE(here.book->disable("alice", false));
    CHECK(here.book->accept(invited.code, "alice", bytes_of(good), noon).value());
    CHECK(here.book->disable("nobody", true).error().kind == ErrorKind::invalid_input);
    CHECK(here.book->set_roles("nobody", {}, "").error().kind == ErrorKind::invalid_input);
    CHECK(here.book->reset("nobody", noon).error().kind == ErrorKind::invalid_input);
}

TEST_CASE("no step of the second factor counts twice, whatever restarts", "[account_book]") {
    Installation here;
    const auto account = here.with_password().number;
    CHECK_FALSE(here.book->use_code(account, here.code_at(factor(), noon), noon).value());
    REQUIRE(here.book->set_second_factor(account, factor(), crypto::code_step_at(noon)));
    CHECK(here.book->find("alice").value()->state == AccountState::active);
    CHECK_FALSE(here.book->use_code(account, here.code_at(factor(), noon), noon).value());
    const Instant later = noon + std::chrono::seconds(30);
    CHECK(here.book->use_code(account, here.code_at(factor(), later), later).value());
    CHECK_FALSE(here.book->use_code(account, here.code_at(factor(), later), later).value());
    here.book = here.opened();
    CHECK_FALSE(here.book->use_code(account, here.code_at(factor(), later), later).value());
    CHECK_FALSE(here.book->use_code(account, here.code_at(factor(), noon), later).value());
}

TEST_CASE("each recovery code opens once, and for its own account", "[account_book]") {
    Installation here;
    const auto account = here.with_password().number;
    const auto other = here.with_password("bob").number;
    const auto codes = here.book->set_second_factor(account, factor(), 0).value();
    REQUIRE(here.book->set_second_factor(other, factor(), 0));
    REQUIRE(codes.size() == 10);
    CHECK(codes[0].size() == 11);
    CHECK_FALSE(here.book->use_code(other, codes[0], noon).value());
    CHECK(here.book->use_code(account, codes[0], noon).value());
    CHECK_FALSE(here.book->use_code(account, codes[0], noon).value());
    CHECK(here.book->recovery_codes_left(account).value() == 9);
    const auto renewed = here.book->set_second_factor(account, factor(), 0).value();
    CHECK_FALSE(here.book->use_code(account, codes[1], noon).value());
    CHECK(here.book->use_code(account, renewed[1], noon).value());
}

TEST_CASE("a reset takes every factor away", "[account_book]") {
    Installation here;
    const auto account = here.with_password().number;
    const auto codes = here.book->set_second_factor(account, factor(), 0).value();
    const auto invited = here.book->reset("alice", noon).value();
    CHECK(here.book->find("alice").value()->state == AccountState::invited);
    CHECK_FALSE(here.book->check_password("alice", bytes_of(good)).value());
    CHECK_FALSE(here.book->use_code(account, codes[0], noon).value());
    CHECK_FALSE(here.book->use_code(account, here.code_at(factor(), noon), noon).value());
    const auto again = here.book->accept(invited.code, "alice", bytes_of(good), noon).value();
    REQUIRE(again);
    CHECK(again->number == account);
    CHECK(again->roles == std::vector<std::string>{"hospital-it", "ward"});
}

TEST_CASE("the file shows nothing to who has not the keys", "[account_book]") {
    Installation here;
    here.with_password();
    CHECK(AccountBook::open(here.folder.path(), crypto::KeyRing::generate(), cheap).error().kind ==
          ErrorKind::corrupt);
    here.book.reset();
    const auto octets = read_file(here.folder.path() / accounts_file).value();
    CHECK(octets.find("alice") == std::string::npos);
    CHECK(octets.find("argon2") == std::string::npos);
    CHECK(octets.find("SQLite format") == std::string::npos);
}

TEST_CASE("names of accounts are short and plain", "[account_book]") {
    for (const char* name : {"a", "erika.m-2_x", "0123456789abcdef0123456789abcdef"})
        CHECK(is_account_name(name));
    for (const char* name : {"", "A", "a b", "\xC3\xA4", "a\n", "0123456789abcdef0123456789abcdef0"})
        CHECK_FALSE(is_account_name(name));
}

TEST_CASE("of several threads with the same code one gets in", "[account_book]") {
    Installation here;
    const auto invited = here.book->add("alice", {"ward"}, "", noon).value();
    const auto accepted = support::at_once(4, [&](unsigned) {
        const auto account = here.book->accept(invited.code, "alice", bytes_of(good), noon);
        return account && *account ? 1 : 0;
    });
    CHECK(std::count(accepted.begin(), accepted.end(), 1) == 1);
    const auto account = here.book->find("alice").value()->number;
    const auto codes = here.book->set_second_factor(account, factor(), 0).value();
    const auto used = support::at_once(4, [&](unsigned) {
        return here.book->check_password("alice", bytes_of(good)).value() &&
                       here.book->use_code(account, codes[0], noon).value()
                   ? 1
                   : 0;
    });
    CHECK(std::count(used.begin(), used.end(), 1) == 1);
    CHECK(here.book->recovery_codes_left(account).value() == 9);
}

}  // namespace edgeward::access
