#include "token_stream.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace edgeward::policy;

TEST_CASE("after a mistake only the end is seen until the next policy", "[token_stream]") {
    TokenStream tokens("permit forbid ; permit");
    tokens.expect("permit");
    tokens.expect("(");
    REQUIRE(tokens.mistake());
    CHECK(tokens.mistake()->text == "expected '(', got 'forbid'");
    CHECK(tokens.mistake()->at.column == 8);
    CHECK(tokens.look().kind == TokenKind::end);
    tokens.fail("something else");
    CHECK(tokens.mistake()->text == "expected '(', got 'forbid'");
    tokens.recover();
    CHECK_FALSE(tokens.mistake());
    CHECK(tokens.accept("permit"));
    CHECK(tokens.take().kind == TokenKind::end);
    CHECK(tokens.take().kind == TokenKind::end);
}

TEST_CASE("a text is never taken for a word and a word of the language never for a name", "[token_stream]") {
    TokenStream tokens("\"if\" if");
    CHECK_FALSE(tokens.accept("if"));
    CHECK(tokens.expect_text("a text") == "if");
    CHECK(tokens.expect_name("a name").empty());
    CHECK(tokens.mistake()->text == "expected a name, got 'if'");
}
