#include "authorizer.hpp"

#include <algorithm>

#include <catch2/catch_test_macros.hpp>

#include "policy_parser.hpp"

using namespace edgeward::policy;

namespace {

std::vector<Policy> policies(std::string_view source) {
    auto parsed = parse_policies(source, "test.cedar");
    REQUIRE(parsed.problems.empty());
    return std::move(parsed.policies);
}

std::string deciding(const Verdict& verdict) {
    std::string made = verdict.allowed ? "allow" : "deny";
    for (const auto* policy : verdict.deciding)
        made += ' ' + policy->id;
    for (const auto& error : verdict.errors)
        made += " !" + error.policy->id;
    return made;
}

const Request request{{"User", "ada"}, {"Action", "read"}, {"Doc", "a"}, {{"n", Value(std::int64_t{3})}}};

}  // namespace

TEST_CASE("nothing that permits is a no", "[authorizer]") {
    CHECK(deciding(authorize({}, request, {})) == "deny");
    const auto others = policies("@id(\"p\") permit (principal == User::\"bo\", action, resource);");
    CHECK(deciding(authorize(others, request, {})) == "deny");
}

TEST_CASE("a forbid beats every permit in any order", "[authorizer]") {
    auto all = policies(
        "@id(\"p\") permit (principal, action, resource);"
        "@id(\"f\") forbid (principal, action, resource) when { context.n > 2 };"
        "@id(\"g\") forbid (principal, action, resource) when { context.n > 3 };");
    CHECK(deciding(authorize(all, request, {})) == "deny f");
    std::reverse(all.begin(), all.end());
    CHECK(deciding(authorize(all, request, {})) == "deny f");
}

TEST_CASE("a policy in error does not apply and is named", "[authorizer]") {
    const auto all = policies(
        "@id(\"p\") permit (principal, action, resource);"
        "@id(\"f\") forbid (principal, action, resource) when { context.missing };");
    const auto verdict = authorize(all, request, {});
    CHECK(deciding(verdict) == "allow p !f");
    CHECK(verdict.errors.front().text == "1:108: expected an attribute that is there");
}
