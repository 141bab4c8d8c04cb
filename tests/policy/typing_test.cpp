#include "typing.hpp"

#include <catch2/catch_test_macros.hpp>

#include "expression_parser.hpp"

using namespace edgeward::policy;

namespace {

// The type of an expression of a disclosure, with "always …" where it is known; else the mistakes.
std::string typed(const std::string& source, const char* action = "disclose") {
    TokenStream tokens(source);
    const Expression expression = ExpressionParser(tokens).expression();
    REQUIRE_FALSE(tokens.mistake());
    std::string mistakes;
    Typing typing(
        {gateway_schema(), *gateway_schema().action(action)},
        [&](Position, const std::string& text) { mistakes += (mistakes.empty() ? "" : "; ") + text; });
    const auto type = typing.type_of(expression);
    CHECK(type.has_value() == mistakes.empty());
    if (!type) return mistakes;
    return type->described() + (type->always ? *type->always ? ", always true" : ", always false" : "");
}

}  // namespace

TEST_CASE("attributes have the types of the schema", "[typing]") {
    CHECK(typed("principal.purpose") == "a string");
    CHECK(typed("resource.production") == "a bool");
    CHECK(typed("context.consent == \"given\"") == "a bool");
    CHECK(typed("principal.uid + 1", "read-status") == "a long");
    CHECK(typed("principal.porpose") ==
          "expected an attribute of Destination: purpose, level, legal_basis, got another; did you mean "
          "purpose?");
    CHECK(typed("context.hour == 3") ==
          "expected an attribute of the context of disclose: consent, got another");
    CHECK(typed("context.hour == 3", "read-status") == "a bool");
    CHECK(typed("context.houre == 3", "read-status") ==
          "expected an attribute of the context of read-status: break_glass, network, ward, mfa_age, "
          "weekday, hour, "
          "got another; did you mean hour?");
}

TEST_CASE("what cannot be is refused", "[typing]") {
    CHECK(typed("principal.purpose == 1") ==
          "expected two values of one type to compare, got a string and a long");
    CHECK(typed("principal.purpose < 1") == "expected a long, got a string");
    CHECK(typed("resource.production && principal.level") == "expected a bool, got a string");
    CHECK(typed("principal.level == \"identifed\"") ==
          "expected one of identified, pseudonymous, anonymised, technical, got another; did you mean "
          "identified?");
    CHECK(typed("[\"research\", \"qualty\"].contains(principal.purpose)") ==
          "expected one of treatment, research, quality, maintenance, got another; did you mean quality?");
    CHECK(typed("[1, \"a\"].contains(1)") == "expected members of one type, got a long and a string");
    CHECK(typed("[].isEmpty()") == "expected a set with members, got an empty one");
    CHECK(typed("1 like \"*\"") == "expected a string, got a long");
    CHECK(typed("if true then 1 else principal.nothing") == "a long");
    CHECK(typed("if resource.production then 1 else \"a\"") ==
          "expected the same type behind then and else, got a long and a string");
    CHECK(typed("principal in 3") == "expected an entity or a set of them, got a long");
}

TEST_CASE("what the kind of request says already is known", "[typing]") {
    CHECK(typed("principal is Destination") == "a bool, always true");
    CHECK(typed("principal is User && principal.uid == 0") == "a bool, always false");
    CHECK(typed("principal in Role::\"it\"") == "a bool, always false");
    CHECK(typed("principal in Role::\"it\"", "read-status") == "a bool");
    CHECK(typed("action == Action::\"disclose\"") == "a bool, always true");
    CHECK(typed("action in [Action::\"observe\", Action::\"audit\"]", "read-status") ==
          "a bool, always true");
    CHECK(typed("action in Action::\"audit\"", "read-status") == "a bool, always false");
    CHECK(typed("!(action in Action::\"audit\") || principal.nothing", "read-status") ==
          "a bool, always true");
    CHECK(typed("principal has nothing") == "a bool, always false");
}
