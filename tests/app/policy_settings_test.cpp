#include "policy_settings.hpp"

#include <catch2/catch_test_macros.hpp>

namespace edgeward::app {
namespace {

using Names = std::vector<std::string>;

Names problems_of(const std::string& text) {
    auto document = config::Document::parse(text, "edgeward.toml");
    (void)read_policy_settings(document.root().table("policy"));
    Names all;
    for (const auto& problem : document.problems())
        all.push_back(problem.to_string());
    return all;
}

}  // namespace

TEST_CASE("roles name users and groups of this machine", "[policy_settings]") {
    auto document = config::Document::parse(
        "[policy]\nfolder = \"/p\"\n[[policy.role]]\nname = \"hospital-it\"\nusers = [\"root\"]\n"
        "groups = [\"root\"]\n",
        "edgeward.toml");
    const auto settings = read_policy_settings(document.root().table("policy"));
    REQUIRE(document.problems().empty());
    CHECK(settings.folder == "/p");
    REQUIRE(settings.roles.size() == 1);
    CHECK(settings.roles[0].users == std::vector<std::uint32_t>{0});
    CHECK(settings.roles[0].groups == std::vector<std::uint32_t>{0});
}

TEST_CASE("a name nobody has and a role that is taken are mistakes", "[policy_settings]") {
    CHECK(problems_of("[[policy.role]]\nname = \"auditor\"\nusers = [\"no-such-user-here\"]\n") ==
          Names{"edgeward.toml:3:9: policy.role[1].users: expected names this machine knows, got another"});
    CHECK(problems_of("[[policy.role]]\nname = \"system\"\n") ==
          Names{"edgeward.toml:2:8: policy.role[1].name: expected 1 to 32 of a-z 0-9 -, and not system"});
    CHECK(problems_of("[[policy.role]]\nname = \"IT\"\n").size() == 1);
}

TEST_CASE("a user has the roles of its id and of each of its groups", "[policy_settings]") {
    const std::vector<RoleAssignment> roles{{"hospital-it", {1000}, {50}}, {"auditor", {}, {60, 70}}};
    CHECK(roles_of(roles, 0, {}, 990) == Names{"system"});
    CHECK(roles_of(roles, 990, {60}, 990) == Names{"system", "auditor"});
    CHECK(roles_of(roles, 1000, {1}, 990) == Names{"hospital-it"});
    CHECK(roles_of(roles, 1001, {50, 70}, 990) == Names{"hospital-it", "auditor"});
    CHECK(roles_of(roles, 1001, {51}, 990).empty());
}

TEST_CASE("an account can say which users of the machine its person is", "[policy_settings]") {
    auto document = config::Document::parse(
        "[policy]\n[[policy.person]]\naccount = \"erika\"\nusers = [\"root\"]\n"
        "[[policy.person]]\naccount = \"kim\"\n",
        "edgeward.toml");
    const auto settings = read_policy_settings(document.root().table("policy"));
    REQUIRE(document.problems().empty());
    REQUIRE(settings.persons.size() == 2);
    CHECK(settings.persons[0].account == "erika");
    CHECK(settings.persons[0].users == std::vector<std::uint32_t>{0});
    CHECK(settings.persons[1].users.empty());
    CHECK(problems_of("[[policy.person]]\naccount = \"Erika M\"\n") ==
          Names{"edgeward.toml:2:11: policy.person[1].account: expected 1 to 32 of a-z 0-9 . _ -"});
    CHECK(problems_of("[[policy.person]]\naccount = \"a\"\n[[policy.person]]\naccount = \"a\"\n") ==
          Names{"edgeward.toml:4:11: policy.person[2].account: expected each account once"});
    CHECK(problems_of("[[policy.person]]\naccount = \"a\"\nusers = [\"no-such-user-here\"]\n").size() == 1);
}

TEST_CASE("who may be one person counts as one", "[policy_settings]") {
    const std::vector<PersonAssignment> persons{
        {"erika", {1000}}, {"erika.admin", {1000, 1001}}, {"kim", {1002}}, {"remote", {}}};
    const Asker erika{(1LL << 32) + 1, "erika"};
    const Asker erika_admin{(1LL << 32) + 2, "erika.admin"};
    const Asker kim{(1LL << 32) + 3, "kim"};
    const Asker remote{(1LL << 32) + 4, "remote"};
    const Asker unsaid{(1LL << 32) + 5, "unsaid"};
    const auto one = [&](const Asker& a, const Asker& b) {
        CHECK(may_be_one(persons, a, b) == may_be_one(persons, b, a));
        return may_be_one(persons, a, b);
    };
    CHECK(one(erika, erika));
    CHECK(one(erika, {1000}));
    CHECK_FALSE(one(erika, {1002}));
    CHECK(one(erika, erika_admin));
    CHECK_FALSE(one(erika, kim));
    CHECK(one({1000}, {1001}));
    CHECK_FALSE(one({1000}, {1002}));
    CHECK_FALSE(one(remote, {1000}));
    CHECK_FALSE(one(remote, erika));
    // An account that does not say which user it is may be any of them, and is no other account.
    CHECK(one(unsaid, {1000}));
    CHECK(one(unsaid, {4711}));
    CHECK_FALSE(one(unsaid, erika));
}

}  // namespace edgeward::app
