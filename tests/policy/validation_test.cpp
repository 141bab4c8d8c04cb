#include "validation.hpp"

#include <catch2/catch_test_macros.hpp>

#include "policy_parser.hpp"

using namespace edgeward;
using namespace edgeward::policy;

namespace {

std::vector<std::string> problems_of(const std::string& policy) {
    const auto parsed = parse_policies("@id(\"p\")\n" + policy, "a.cedar");
    REQUIRE(parsed.problems.empty());
    std::vector<std::string> all;
    for (const auto& problem : validate(parsed.policies.front(), gateway_schema()))
        all.push_back(problem.to_string());
    return all;
}
using Problems = std::vector<std::string>;

}  // namespace

TEST_CASE("unknown types and actions are refused with the nearest name", "[validation]") {
    CHECK(
        problems_of(
            "permit (principal is Destinaton, action == Action::\"disclos\", resource == Raport::\"x\");") ==
        Problems{
            "a.cedar:2:19: expected an entity type of the schema, got another; did you mean Destination?",
            "a.cedar:2:44: expected an action of the schema, got another; did you mean disclose?",
            "a.cedar:2:75: expected an entity type of the schema, got another; did you mean Report?"});
}

TEST_CASE("every mistake of a condition is found", "[validation]") {
    CHECK(problems_of("permit (principal, action == Action::\"disclose\", resource)\n"
                      "when { principal.levl == \"technical\" || resource.production == 1 };") ==
          Problems{"a.cedar:3:18: expected an attribute of Destination: purpose, level, legal_basis, got "
                   "another; did you "
                   "mean level?",
                   "a.cedar:3:61: expected two values of one type to compare, got a bool and a long"});
}

TEST_CASE("an attribute that only some requests have needs a scope", "[validation]") {
    CHECK(problems_of("permit (principal, action, resource) when { principal.level == \"technical\" };") ==
          Problems{"a.cedar:2:55: expected an attribute of User: uid, ward, got another"});
    CHECK(problems_of("permit (principal is Destination, action, resource) when { principal.level == "
                      "\"technical\" };")
              .empty());
}

TEST_CASE("a policy that no request fits is refused", "[validation]") {
    CHECK(problems_of("forbid (principal is Destination, action == Action::\"export-audit\", resource);") ==
          Problems{"a.cedar:1:1: expected a policy that can apply, got one that no request fits"});
}
