#pragma once

#include <cstddef>
#include <string>

#include "expression.hpp"
#include "token_stream.hpp"

namespace edgeward::policy {

// Nesting beyond this is refused, so that no policy can use up the stack.
inline constexpr std::size_t deepest_nesting = 64;

// Cedar's expressions. A mistake is left in the stream; what is returned then means nothing.
class ExpressionParser {
public:
    explicit ExpressionParser(TokenStream& tokens) : tokens_(tokens) {}

    Expression expression();
    // User, Hospital::User
    std::string type_path(std::string_view expectation);
    // User::"1000"
    Value entity(std::string_view expectation);

private:
    Expression disjunction();
    Expression conjunction();
    Expression relation();
    Expression relation_of(Expression left);
    Expression type_test(Expression left, Position at);
    Expression presence_test(Expression left, Position at);
    Expression pattern_test(Expression left, Position at);
    Expression sum();
    Expression product();
    Expression unary();
    Expression negative();
    Expression member();
    Expression accesses(Expression base);
    Expression call(Expression base, const std::string& name, Position at);
    Expression primary();
    Expression name_or_entity();
    Expression number();
    Expression set();
    Expression record();

    TokenStream& tokens_;
    std::size_t depth_ = 0;
};

}  // namespace edgeward::policy
