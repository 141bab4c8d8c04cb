#include "token.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace edgeward::policy;

TEST_CASE("tokens carry line and column in characters", "[token]") {
    const auto tokens = tokens_of("permit // all of it\n  \"ä\" >= 12;");
    REQUIRE(tokens.size() == 6);
    CHECK(tokens[0].text == "permit");
    CHECK(tokens[1].text == "ä");
    CHECK(tokens[1].at.line == 2);
    CHECK(tokens[1].at.column == 3);
    CHECK(tokens[2].text == ">=");
    CHECK(tokens[2].at.column == 7);
    CHECK(tokens[3].kind == TokenKind::number);
    CHECK(tokens[5].kind == TokenKind::end);
}

TEST_CASE("what is no token is said to be none", "[token]") {
    CHECK(tokens_of("\"open").front().kind == TokenKind::unknown);
    CHECK(tokens_of("\"two\nlines\"").front().kind == TokenKind::unknown);
    CHECK(tokens_of("#").front().described() == "a character that policies do not use");
    CHECK(tokens_of("\"\xC3\"").front().kind == TokenKind::unknown);          // cut off
    CHECK(tokens_of("\"\xC0\xAF\"").front().kind == TokenKind::unknown);      // longer than needed
    CHECK(tokens_of("\"\xED\xA0\x80\"").front().kind == TokenKind::unknown);  // a surrogate
    CHECK(tokens_of("\"\xF0\x9F\x8F\xA5\"").front().kind == TokenKind::text);
}

TEST_CASE("a description shows no control character of the file", "[token]") {
    CHECK(tokens_of("\"a\\\x7F\"").front().described() == "the text \"a\\?\"");
}

// The escapes are Rust's, as Cedar's grammar says (docs.cedarpolicy.com, Grammar of the policy language).
TEST_CASE("escapes are undone and others are refused", "[token]") {
    CHECK(unescaped(R"(a\n\t\r\\\"\')") == "a\n\t\r\\\"'");
    CHECK(unescaped(R"(\x41\u{e4}\u{1F3E5})") == "Aä\U0001F3E5");
    CHECK(unescaped(R"(\0)") == std::string(1, '\0'));
    for (const char* wrong : {R"(\q)", R"(\x80)", R"(\x4)", R"(\u{})", R"(\u{D800})", R"(\u{110000})",
                              R"(\u{0000041})", R"(\*)", "\\"})
        CHECK_FALSE(unescaped(wrong).has_value());
}

TEST_CASE("a pattern is cut at its wildcards only", "[token]") {
    CHECK(unescaped_pattern(R"(a*b\*c)") == std::vector<std::string>{"a", "b*c"});
    CHECK(unescaped_pattern("**") == std::vector<std::string>{"", "", ""});
    CHECK(unescaped_pattern("") == std::vector<std::string>{""});
}
