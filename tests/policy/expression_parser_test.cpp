#include "expression_parser.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace edgeward::policy;

namespace {

// What the parser says about a text: nothing when it is an expression to its end.
std::string mistake_in(const std::string& source) {
    TokenStream tokens(source);
    ExpressionParser(tokens).expression();
    if (tokens.mistake()) return tokens.mistake()->text;
    return tokens.look().kind == TokenKind::end ? "" : "more behind it";
}

Expression parsed(const std::string& source) {
    TokenStream tokens(source);
    return ExpressionParser(tokens).expression();
}

std::string repeated(const std::string& text, std::size_t times) {
    std::string made;
    for (; times > 0; --times)
        made += text;
    return made;
}

}  // namespace

TEST_CASE("operators bind as in Cedar's grammar", "[expression_parser]") {
    const Expression made = parsed("1 + 2 * 3 < 4 && !principal.a || false");
    REQUIRE(made.operation == Operation::any);
    const auto& conjunction = made.operands[0];
    REQUIRE(conjunction.operation == Operation::all);
    CHECK(conjunction.operands[0].operation == Operation::less);
    CHECK(conjunction.operands[0].operands[0].operation == Operation::plus);
    CHECK(conjunction.operands[0].operands[0].operands[1].operation == Operation::times);
    CHECK(conjunction.operands[1].operation == Operation::negation);
}

TEST_CASE("a path behind has asks for every step", "[expression_parser]") {
    const Expression made = parsed("context has a.b");
    REQUIRE(made.operation == Operation::all);
    CHECK(made.operands[0].name == "a");
    CHECK(made.operands[1].name == "b");
    CHECK(made.operands[1].operands[0].operation == Operation::get);
}

TEST_CASE("the least long can be written", "[expression_parser]") {
    CHECK(*parsed("-9223372036854775808").value.number() == INT64_MIN);
    CHECK(mistake_in("9223372036854775808").starts_with("expected a whole number from"));
    CHECK(mistake_in("-9223372036854775809").starts_with("expected a whole number from"));
}

TEST_CASE("what is not Cedar or not supported is refused by name", "[expression_parser]") {
    CHECK(mistake_in("1 < 2 < 3") == "expected parentheses around one of two comparisons in a row, got '<'");
    CHECK(mistake_in("ip(\"10.0.0.1\")") ==
          "expected an expression, got a call of 'ip'; extension functions such as ip, decimal and datetime "
          "are "
          "not supported");
    CHECK(mistake_in("context.a.isIpv4()").starts_with("expected contains, containsAll"));
    CHECK(mistake_in("principal == ?principal").find("templates are not supported") != std::string::npos);
    CHECK(mistake_in("4 / 2") == "expected an operator of Cedar's: + - or *, got '/'");
    CHECK(mistake_in("{a: 1, \"a\": 2}") == "expected each key once, got one twice");
    CHECK(mistake_in("!!!!!true") == "expected at most four ! in a row, got more");
    CHECK(mistake_in("true && if true then true else false") == "expected an expression, got 'if'");
    CHECK(mistake_in("[1, ]") == "expected an expression, got ']'");
    CHECK(mistake_in("\"a\" like \"\\q\"") == "expected the escapes of a pattern, got another");
}

TEST_CASE("nesting and chains are bounded", "[expression_parser]") {
    CHECK(mistake_in(repeated("(", 60) + "1" + repeated(")", 60)).empty());
    CHECK(mistake_in(repeated("(", 100'000)).starts_with("expected at most 64 levels"));
    CHECK(mistake_in("1" + repeated(" + 1", 100'000)) == "expected fewer terms of a sum, got more");
    CHECK(mistake_in("1" + repeated(" * 1", 100'000)) == "expected fewer factors, got more");
    CHECK(mistake_in("context" + repeated(".a", 100'000)) == "expected fewer accesses in a row, got more");
    CHECK(mistake_in("context has a" + repeated(".a", 100'000)).starts_with("expected a shorter path"));
}
