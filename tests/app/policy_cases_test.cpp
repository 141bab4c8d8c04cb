#include "policy_cases.hpp"

#include <catch2/catch_test_macros.hpp>

#include "support/shipped_policy.hpp"

namespace edgeward::app {

TEST_CASE("the shipped cases hold with the shipped policies", "[policy_cases]") {
    auto document = config::Document::load(support::shipped_policies() / "cases.toml");
    const auto cases = read_policy_cases(document.root());
    document.refuse_unread_keys();
    REQUIRE(document.problems().empty());
    REQUIRE(cases.size() >= 10);
    for (const auto& each : cases) {
        INFO(each.where << ' ' << each.name);
        CHECK(difference(each, each.question.ask(support::shipped_policy())).empty());
    }
}

TEST_CASE("a case that is answered otherwise says how", "[policy_cases]") {
    PolicyCase expected;
    expected.allowed = true;
    policy::Decision got;
    CHECK(difference(expected, got) == "expected allow, got deny by no-rule-permits");
    got = {true, {"a", "b"}, {}};
    expected.rule = "b";
    CHECK(difference(expected, got).empty());
    expected.rule = "c";
    CHECK(difference(expected, got) == "expected c to decide, got a");
}

TEST_CASE("a case with a mistake has its place", "[policy_cases]") {
    auto document = config::Document::parse(
        "[[case]]\naction = \"export-audits\"\nexpect = \"perhaps\"\n[[case]]\nname = \"x\"\nlevel = "
        "\"all\"\n",
        "cases.toml");
    (void)read_policy_cases(document.root());
    std::vector<std::string> heads;
    for (const auto& problem : document.problems())
        heads.push_back(std::to_string(problem.line) + ' ' + problem.path);
    CHECK(heads == std::vector<std::string>{"1 case[1].name", "2 case[1].action", "3 case[1].expect",
                                            "4 case[2].expect", "6 case[2].level"});
}

}  // namespace edgeward::app
