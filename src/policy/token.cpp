#include "token.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include <edgeward/core/utf8.hpp>

namespace edgeward::policy {
namespace {

constexpr std::size_t longest_shown = 40;

bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
bool is_space(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

// Printable ASCII only: an error message is shown on a terminal and kept in a log.
std::string shown(std::string_view text) {
    std::string made;
    for (const char c : text.substr(0, longest_shown))
        made += c >= ' ' && c <= '~' ? c : '?';
    return text.size() > longest_shown ? made + "…" : made;
}

class Scanner {
public:
    explicit Scanner(std::string_view source) : rest_(source) {}

    Token next() {
        skip_space();
        const Position at = at_;
        if (rest_.empty()) return {TokenKind::end, {}, at};
        if (is_letter(rest_.front())) return take(TokenKind::identifier, run(&is_word));
        if (is_digit(rest_.front())) return take(TokenKind::number, run(&is_word));
        if (rest_.front() == '"') return text();
        constexpr std::array<std::string_view, 7> pairs{"::", "==", "!=", "<=", ">=", "&&", "||"};
        for (const auto pair : pairs) {
            if (rest_.starts_with(pair)) return take(TokenKind::symbol, 2);
        }
        constexpr std::string_view single = "(){}[],;.@:<>!+-*?=%/|&";
        if (single.find(rest_.front()) != std::string_view::npos) return take(TokenKind::symbol, 1);
        return take(TokenKind::unknown, std::max<std::size_t>(1, first_character(rest_).octets));
    }

private:
    static bool is_word(char c) { return is_letter(c) || is_digit(c); }

    std::size_t run(bool (*belongs)(char)) const {
        std::size_t length = 1;
        while (length < rest_.size() && belongs(rest_[length]))
            ++length;
        return length;
    }

    void skip_space() {
        while (!rest_.empty()) {
            if (rest_.starts_with("//")) {
                advance(std::min(rest_.find('\n'), rest_.size()));
            } else if (is_space(rest_.front())) {
                advance(1);
            } else {
                return;
            }
        }
    }

    Token text() {
        std::size_t length = 1;
        while (length < rest_.size() && rest_[length] != '"') {
            if (static_cast<unsigned char>(rest_[length]) < ' ') return take(TokenKind::unknown, length);
            if (rest_[length] == '\\' && length + 1 < rest_.size()) ++length;
            const std::size_t width = first_character(rest_.substr(length)).octets;
            if (width == 0) return take(TokenKind::unknown, length + 1);
            length += width;
        }
        if (length >= rest_.size()) return take(TokenKind::unknown, rest_.size());
        Token whole = take(TokenKind::text, length + 1);
        whole.text = whole.text.substr(1, length - 1);
        return whole;
    }

    Token take(TokenKind kind, std::size_t length) {
        const Token token{kind, rest_.substr(0, length), at_};
        advance(length);
        return token;
    }

    void advance(std::size_t length) {
        for (const char c : rest_.substr(0, length)) {
            if (c == '\n') {
                ++at_.line;
                at_.column = 1;
            } else if ((static_cast<unsigned char>(c) & 0xC0U) != 0x80U) {
                ++at_.column;  // not the inside of a UTF-8 character
            }
        }
        rest_.remove_prefix(length);
    }

    std::string_view rest_;
    Position at_;
};

// Reads hexadecimal digits, all of them.
std::optional<std::uint32_t> hexadecimal(std::string_view digits) {
    std::uint32_t value = 0;
    const auto [end, failed] = std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
    if (digits.empty() || failed != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
    return value;
}

// What stands behind a backslash, taken from the front of `rest`; false: no escape of Cedar's.
bool append_escape(std::string& to, std::string_view& rest) {
    if (rest.empty()) return false;
    constexpr std::string_view names = "nrt0\\'\"";
    constexpr std::string_view values{"\n\r\t\0\\'\"", 7};
    const char name = rest.front();
    rest.remove_prefix(1);
    if (const auto place = names.find(name); place != std::string_view::npos) {
        to += values[place];
        return true;
    }
    std::optional<std::uint32_t> character;
    if (name == 'x' && rest.size() >= 2) {
        character = hexadecimal(rest.substr(0, 2));
        rest.remove_prefix(2);
        if (character && *character > 0x7F) return false;
    } else if (name == 'u' && rest.starts_with('{')) {
        const auto end = rest.find('}');
        if (end > 7) return false;  // no end, or beyond six digits
        character = hexadecimal(rest.substr(1, end - 1));
        rest.remove_prefix(end + 1);
    }
    if (!character || *character > 0x10FFFF || (*character >= 0xD800 && *character <= 0xDFFF)) return false;
    append_utf8(to, *character);
    return true;
}

std::optional<std::vector<std::string>> pieces_of(std::string_view rest, bool is_pattern) {
    std::vector<std::string> pieces(1);
    while (!rest.empty()) {
        const char c = rest.front();
        rest.remove_prefix(1);
        if (is_pattern && c == '*') {
            pieces.emplace_back();
        } else if (c != '\\') {
            pieces.back() += c;
        } else if (is_pattern && rest.starts_with('*')) {
            pieces.back() += '*';
            rest.remove_prefix(1);
        } else if (!append_escape(pieces.back(), rest)) {
            return std::nullopt;
        }
    }
    return pieces;
}

}  // namespace

std::string Token::described() const {
    switch (kind) {
        case TokenKind::end:
            return "the end of the file";
        case TokenKind::text:
            return "the text \"" + shown(text) + '"';
        case TokenKind::number:
            return "the number " + shown(text);
        case TokenKind::unknown:
            return text.starts_with('"') ? "a text without its closing quote on the line"
                                         : "a character that policies do not use";
        case TokenKind::identifier:
        case TokenKind::symbol:
            break;
    }
    return '\'' + shown(text) + '\'';
}

std::vector<Token> tokens_of(std::string_view source) {
    Scanner scanner(source);
    std::vector<Token> all;
    do
        all.push_back(scanner.next());
    while (all.back().kind != TokenKind::end);
    return all;
}

std::optional<std::string> unescaped(std::string_view text) {
    auto pieces = pieces_of(text, false);
    if (!pieces) return std::nullopt;
    return std::move(pieces->front());
}

std::optional<std::vector<std::string>> unescaped_pattern(std::string_view text) {
    return pieces_of(text, true);
}

}  // namespace edgeward::policy
