#include "evaluation.hpp"

#include <catch2/catch_test_macros.hpp>

#include "expression_parser.hpp"

using namespace edgeward::policy;

namespace {

// "true", "false", a number, or "error".
std::string outcome_of(const std::string& source) {
    TokenStream tokens(source);
    const Expression expression = ExpressionParser(tokens).expression();
    REQUIRE_FALSE(tokens.mistake());
    Entities entities;
    entities.add({"User", "ada"}, {{"age", Value(std::int64_t{40})}}, {{"Role", "it"}});
    const Request request{
        {"User", "ada"}, {"Action", "read"}, {"Doc", "none"}, {{"purpose", Value(std::string("care"))}}};
    Evaluation evaluation(request, entities);
    const Value* value = evaluation.value_of(expression);
    if (value == nullptr) {
        CHECK_FALSE(evaluation.error().empty());
        return "error";
    }
    if (const auto* truth = value->truth()) return *truth ? "true" : "false";
    return value->number() == nullptr ? std::string(value->kind()) : std::to_string(*value->number());
}

}  // namespace

// Cedar's reference: docs.cedarpolicy.com, Operators; and cedar_test beside Cedar itself.
TEST_CASE("operators that end early do not look at the rest", "[evaluation]") {
    CHECK(outcome_of("false && 1 + true == 2") == "false");
    CHECK(outcome_of("true || context.missing") == "true");
    CHECK(outcome_of("true && 1") == "error");
    CHECK(outcome_of("1 && false") == "error");
    CHECK(outcome_of("if true then 1 else context.missing") == "1");
}

TEST_CASE("a number that does not fit is an error", "[evaluation]") {
    CHECK(outcome_of("9223372036854775807 + 1") == "error");
    CHECK(outcome_of("-9223372036854775808 - 1") == "error");
    CHECK(outcome_of("4611686018427387904 * 2") == "error");
    CHECK(outcome_of("--9223372036854775808") == "error");
    CHECK(outcome_of("2 + 3 * -4") == "-10");
    CHECK(outcome_of("\"a\" < \"b\"") == "error");
}

TEST_CASE("attributes of what is not known are errors and asking for them is not", "[evaluation]") {
    CHECK(outcome_of("principal.age > 39") == "true");
    CHECK(outcome_of("principal has age && !(principal has name)") == "true");
    CHECK(outcome_of("resource has age") == "false");
    CHECK(outcome_of("resource.age == 1") == "error");
    CHECK(outcome_of("context[\"purpose\"] == \"care\"") == "true");
    CHECK(outcome_of("1 has age") == "error");
}

TEST_CASE("membership and types of entities", "[evaluation]") {
    CHECK(outcome_of("principal in Role::\"it\"") == "true");
    CHECK(outcome_of("principal in [Role::\"dpo\", Role::\"it\"]") == "true");
    CHECK(outcome_of("resource in []") == "false");
    CHECK(outcome_of("principal in [Role::\"it\", 1]") == "error");
    CHECK(outcome_of("principal is User in Role::\"it\"") == "true");
    CHECK(outcome_of("principal is Role") == "false");
}

TEST_CASE("sets are compared and searched by content", "[evaluation]") {
    CHECK(outcome_of("[1, 2, 2].containsAll([2, 1]) && [1, 2] == [2, 1, 1]") == "true");
    CHECK(outcome_of("[1, {a: 2}].contains({a: 2})") == "true");
    CHECK(outcome_of("[].containsAll([]) && ![].containsAny([1]) && [].isEmpty()") == "true");
    CHECK(outcome_of("[1].contains(\"1\")") == "false");
    CHECK(outcome_of("[1].containsAny(1)") == "error");
}

TEST_CASE("patterns match from end to end", "[evaluation]") {
    CHECK(matches("abcabc", {"a", "bc"}));
    CHECK(matches("abc", {"", "", ""}));
    CHECK(matches("aba", {"a", "b", "a"}));
    CHECK_FALSE(matches("ab", {"ab", "b"}));  // the pieces do not overlap
    CHECK_FALSE(matches("abc", {"abc d"}));
    CHECK(outcome_of("\"station-3\" like \"station-*\"") == "true");
}
