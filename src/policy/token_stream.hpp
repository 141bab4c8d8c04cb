#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "token.hpp"

namespace edgeward::policy {

// The tokens of one file on their way through the parser. After the first mistake every look shows the end,
// so that the parser comes back by itself; recover() goes on behind the policy that has it.
class TokenStream {
public:
    explicit TokenStream(std::string_view source) : tokens_(tokens_of(source)) {}

    struct Mistake {
        Position at;
        std::string text;  // "expected …, got …"
    };

    [[nodiscard]] const Token& look(std::size_t ahead = 0) const;
    // Is the next token this symbol or word?
    [[nodiscard]] bool sees(std::string_view text, std::size_t ahead = 0) const;
    Token take();
    // Takes it if it is there.
    bool accept(std::string_view text);
    // Takes it, or it is a mistake.
    Position expect(std::string_view text);
    // A name that is no word of the language; a text with its escapes undone.
    std::string expect_name(std::string_view expectation);
    std::string expect_text(std::string_view expectation);

    void fail(std::string_view expectation);
    void fail_at(Position at, std::string text);
    [[nodiscard]] const std::optional<Mistake>& mistake() const noexcept { return mistake_; }
    // Behind the next semicolon.
    void recover();

private:
    std::vector<Token> tokens_;
    std::size_t next_ = 0;
    std::optional<Mistake> mistake_;
};

// true, if, in, like, …: never names.
bool is_reserved(std::string_view word) noexcept;

}  // namespace edgeward::policy
