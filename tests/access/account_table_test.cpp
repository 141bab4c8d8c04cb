#include "account_table.hpp"

#include <catch2/catch_test_macros.hpp>

#include <edgeward/crypto/seal.hpp>

#include "account_schema.hpp"
#include "support/scratch_folder.hpp"

namespace edgeward::access {
namespace {

const Instant noon = parse_rfc3339("2026-11-26T12:00:00Z")->utc;

struct File {
    support::ScratchFolder folder;
    database::Connection database = database::Connection::open(folder / "accounts.db", crypto::random_key(),
                                                               database::Access::read_write_create)
                                        .value();
    AccountTable table = prepared();

    AccountTable prepared() {
        REQUIRE(migrate(database));
        return AccountTable::prepare(database).value();
    }
};

}  // namespace

TEST_CASE("accounts come back in the order they were made with what was said of them", "[account_table]") {
    File file;
    const auto bob = file.table.add("bob", {"auditor", "ward"}, "ICU", noon).value();
    const auto alice = file.table.add("alice", {}, "", noon).value();
    CHECK(alice > bob);
    CHECK_FALSE(file.table.add("alice", {}, "", noon));
    REQUIRE(file.table.note_sign_in(bob, noon + std::chrono::hours(1)));
    const auto all = file.table.all().value();
    REQUIRE(all.size() == 2);
    CHECK(all[0].name == "bob");
    CHECK(all[0].roles == std::vector<std::string>{"auditor", "ward"});
    CHECK(all[0].ward == "ICU");
    CHECK(all[0].created == noon);
    CHECK(all[0].last_sign_in == noon + std::chrono::hours(1));
    CHECK(all[1].roles.empty());
    CHECK_FALSE(all[1].last_sign_in);
    REQUIRE(file.table.set_roles(bob, {"hospital-it"}, ""));
    CHECK(file.table.find("bob").value()->account.roles == std::vector<std::string>{"hospital-it"});
    CHECK_FALSE(file.table.find("carol").value());
}

TEST_CASE("the state of an account follows from what it has", "[account_table]") {
    File file;
    const auto number = file.table.add("bob", {}, "", noon).value();
    const auto state = [&] { return file.table.find("bob").value()->account.state; };
    CHECK(state() == AccountState::invited);
    REQUIRE(file.table.set_password(number, bytes_of("sealed")));
    CHECK(state() == AccountState::enrolling);
    REQUIRE(file.table.set_second_factor(number, bytes_of("sealed too"), 7, {}));
    CHECK(state() == AccountState::active);
    CHECK(file.table.second_factor(number).value().used_step == 7);
    REQUIRE(file.table.disable(number, true));
    CHECK(state() == AccountState::disabled);
    REQUIRE(file.table.disable(number, false));
    REQUIRE(file.table.clear_factors(number));
    CHECK(state() == AccountState::invited);
    CHECK(file.table.second_factor(number).value().sealed.empty());
}

TEST_CASE("an account has one invitation and it ends at its time", "[account_table]") {
    File file;
    const auto number = file.table.add("bob", {}, "", noon).value();
    crypto::Digest earlier{};
    crypto::Digest newer{};
    newer[0] = 1;
    REQUIRE(file.table.invite(earlier, number, noon));
    REQUIRE(file.table.invite(newer, number, noon));
    const Instant before = noon - std::chrono::milliseconds(1);
    CHECK_FALSE(file.table.invited_by(earlier, before).value());
    CHECK(file.table.invited_by(newer, before).value()->account == number);
    CHECK_FALSE(file.table.invited_by(newer, noon).value());
    REQUIRE(file.table.forget_invitation(newer));
    CHECK_FALSE(file.table.invited_by(newer, before).value());
    REQUIRE(file.table.invite(earlier, std::nullopt, noon));
    REQUIRE(file.table.invite(newer, std::nullopt, noon));
    CHECK_FALSE(file.table.invited_by(earlier, before).value());
    CHECK_FALSE(file.table.invited_by(newer, before).value()->account);
}

}  // namespace edgeward::access
