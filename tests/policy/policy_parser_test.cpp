#include "policy_parser.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace edgeward;
using namespace edgeward::policy;

namespace {

std::vector<std::string> problems_of(std::string_view source) {
    std::vector<std::string> all;
    for (const auto& problem : parse_policies(source, "a.cedar").problems)
        all.push_back(problem.to_string());
    return all;
}

}  // namespace

TEST_CASE("a policy has its id, effect and place", "[policy_parser]") {
    const auto parsed = parse_policies(
        "// remark\n@id(\"one\") @reason(\"why\")\nforbid (principal is User in Role::\"it\", action in "
        "[Action::\"a\", Action::\"b\"], resource)\nwhen { true } unless { context.x };",
        "a.cedar");
    REQUIRE(parsed.problems.empty());
    REQUIRE(parsed.policies.size() == 1);
    const auto& policy = parsed.policies.front();
    CHECK(policy.id == "one");
    CHECK(policy.effect == Effect::forbid);
    CHECK(policy.at.line == 2);
    CHECK(policy.condition.operands.size() == 5);
    CHECK(policy.condition.operands[4].operation == Operation::negation);
}

TEST_CASE("each policy reports its own mistake with line and column", "[policy_parser]") {
    CHECK(problems_of("permit (principal, action, resource);\n"
                      "@id(\"b\") permit (principal action, resource);\n"
                      "@id(\"c\") permit (principal, action == User::\"x\", resource);\n"
                      "@id(\"d\") permit (principal, action, resource) when { };\n"
                      "@id(\"e e\") permit (principal, action, resource);\n"
                      "@id(\"f\") permit (principal, action, resource)") ==
          std::vector<std::string>{
              "a.cedar:1:1: expected an @id of 1 to 64 of A-Z a-z 0-9 . _ - before the policy, got none",
              "a.cedar:2:28: expected ',', got 'action'",
              "a.cedar:3:39: expected an entity of type Action, got one of another type",
              "a.cedar:4:54: expected an expression, got '}'",
              "a.cedar:5:5: expected an @id of 1 to 64 of A-Z a-z 0-9 . _ -, got another",
              "a.cedar:6:46: expected ';', got the end of the file"});
}

TEST_CASE("an annotation stands once", "[policy_parser]") {
    CHECK(problems_of("@id(\"a\") @id(\"b\") permit (principal, action, resource);") ==
          std::vector<std::string>{"a.cedar:1:11: expected each annotation once, got one twice"});
}

TEST_CASE("a condition that is too high a tree is refused", "[policy_parser]") {
    std::string condition = "1";
    for (int i = 0; i < 40; ++i)
        condition = "(-" + condition + " + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1)";
    const auto problems =
        problems_of("@id(\"a\") permit (principal, action, resource) when { " + condition + " == 1 };");
    REQUIRE(problems.size() == 1);
    CHECK(problems.front().find("expected a flatter condition") != std::string::npos);
}
