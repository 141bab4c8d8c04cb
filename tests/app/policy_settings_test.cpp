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

}  // namespace edgeward::app
