#include "token_stream.hpp"

#include <algorithm>
#include <array>

namespace edgeward::policy {

bool is_reserved(std::string_view word) noexcept {
    constexpr std::array<std::string_view, 10> words{"true", "false", "if",  "then", "else",
                                                     "in",   "is",    "has", "like", "__cedar"};
    return std::find(words.begin(), words.end(), word) != words.end();
}

const Token& TokenStream::look(std::size_t ahead) const {
    if (mistake_) return tokens_.back();
    return tokens_[std::min(next_ + ahead, tokens_.size() - 1)];
}

bool TokenStream::sees(std::string_view text, std::size_t ahead) const {
    const Token& token = look(ahead);
    return (token.kind == TokenKind::symbol || token.kind == TokenKind::identifier) && token.text == text;
}

Token TokenStream::take() {
    Token token = look();
    if (!mistake_ && next_ + 1 < tokens_.size()) ++next_;
    return token;
}

bool TokenStream::accept(std::string_view text) {
    if (!sees(text)) return false;
    take();
    return true;
}

Position TokenStream::expect(std::string_view text) {
    const Position at = look().at;
    if (!accept(text)) fail('\'' + std::string(text) + '\'');
    return at;
}

std::string TokenStream::expect_name(std::string_view expectation) {
    if (look().kind == TokenKind::identifier && !is_reserved(look().text)) return std::string(take().text);
    fail(expectation);
    return {};
}

std::string TokenStream::expect_text(std::string_view expectation) {
    if (look().kind != TokenKind::text) {
        fail(expectation);
        return {};
    }
    const Token token = take();
    auto text = unescaped(token.text);
    if (!text)
        fail_at(token.at, "expected the escapes \\n \\r \\t \\0 \\\\ \\' \\\" \\xNN or \\u{N}, got another");
    return text.value_or("");
}

void TokenStream::fail(std::string_view expectation) {
    fail_at(look().at, "expected " + std::string(expectation) + ", got " + look().described());
}

void TokenStream::fail_at(Position at, std::string text) {
    if (!mistake_) mistake_ = Mistake{at, std::move(text)};
}

void TokenStream::recover() {
    mistake_.reset();
    while (look().kind != TokenKind::end) {
        if (take().text == ";") return;
    }
}

}  // namespace edgeward::policy
