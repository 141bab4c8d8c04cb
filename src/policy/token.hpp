#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <edgeward/core/result.hpp>

namespace edgeward::policy {

// Where something stands in a policy file: from 1, columns in characters.
struct Position {
    std::uint32_t line = 1;
    std::uint32_t column = 1;
};

enum class TokenKind : std::uint8_t { identifier, number, text, symbol, end, unknown };

struct Token {
    TokenKind kind = TokenKind::end;
    std::string_view text;  // of the source; a text without its quotes, escapes as written
    Position at;
    // "'permit'", "the text \"kis\"", "the end of the file": what was found, for error messages.
    [[nodiscard]] std::string described() const;
};

// Splits Cedar's text into tokens, the last of which is the end. White space and // comments are left out.
// What is no token (a character of no use, a text without its end, octets that are not UTF-8) is one of kind
// unknown.
std::vector<Token> tokens_of(std::string_view source);

// The escapes of a Cedar string: \n \r \t \0 \\ \' \" \xNN (to 7F) \u{N}; nothing for any other.
std::optional<std::string> unescaped(std::string_view text);
// The same of a pattern of `like`: the pieces between its wildcards; \* is a star.
std::optional<std::vector<std::string>> unescaped_pattern(std::string_view text);

}  // namespace edgeward::policy
