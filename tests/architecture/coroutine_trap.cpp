#include "coroutine_trap.hpp"

#include <algorithm>
#include <cctype>

namespace edgeward::architecture {
namespace {

bool in_name(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

// Overwrites comments and literals with blanks, so that what is left is code at its old place.
class Blanked {
public:
    explicit Blanked(std::string_view source) : text_(source) {
        while (at_ < text_.size())
            step();
    }
    [[nodiscard]] const std::string& text() const { return text_; }

private:
    void step() {
        if (starts("//")) return blank_to(text_.find('\n', at_), 0);
        if (starts("/*")) return blank_to(text_.find("*/", at_ + 2), 2);
        if (starts("R\"") && (at_ == 0 || !in_name(text_[at_ - 1]))) return blank_raw();
        if (text_[at_] == '"') return blank_quoted('"');
        // Not the separator of digits.
        if (text_[at_] == '\'' && (at_ == 0 || !in_name(text_[at_ - 1]))) return blank_quoted('\'');
        ++at_;
    }
    [[nodiscard]] bool starts(std::string_view with) const {
        return text_.compare(at_, with.size(), with) == 0;
    }
    void blank_to(std::size_t end, std::size_t beyond) {
        end = end == std::string::npos ? text_.size() : end + beyond;
        for (; at_ < end; ++at_) {
            if (text_[at_] != '\n') text_[at_] = ' ';
        }
    }
    void blank_raw() {
        const auto open = text_.find('(', at_);
        const std::string close = ")" + text_.substr(at_ + 2, open - at_ - 2) + "\"";
        blank_to(text_.find(close, at_), close.size());
    }
    void blank_quoted(char quote) {
        std::size_t end = at_ + 1;
        while (end < text_.size() && text_[end] != quote)
            end += text_[end] == '\\' ? 2 : 1;
        blank_to(std::min(end, text_.size() - 1), 1);
    }

    std::string text_;
    std::size_t at_ = 0;
};

std::size_t end_of_expression(const std::string& code, std::size_t at) {
    std::size_t depth = 0;
    for (; at < code.size(); ++at) {
        const char c = code[at];
        if (c == '(' || c == '[' || c == '{') ++depth;
        if (c == ')' || c == ']' || c == '}') {
            if (depth == 0) return at;
            --depth;
        }
        if (c == ';' && depth == 0) return at;
    }
    return code.size();
}

std::size_t begin_of_statement(const std::string& code, std::size_t at) {
    const auto before = code.find_last_of(";{}", at);
    return before == std::string::npos ? 0 : before + 1;
}

char next_sign(std::string_view code, std::size_t at) {
    while (at < code.size() && std::isspace(static_cast<unsigned char>(code[at])) != 0)
        ++at;
    return at < code.size() ? code[at] : '\0';
}

bool braces_members(std::string_view expression) {
    for (std::size_t at = 0; at < expression.size(); ++at) {
        if (expression[at] == '{' && next_sign(expression, at + 1) != '}') return true;
    }
    return false;
}

// A bracket that follows a name or a closing bracket is an index.
bool holds_lambda(std::string_view expression) {
    char before = '\0';
    for (std::size_t at = 0; at < expression.size(); ++at) {
        const char c = expression[at];
        const bool index = in_name(before) || before == ')' || before == ']';
        if (c == '[' && !index) return true;
        if (std::isspace(static_cast<unsigned char>(c)) == 0) before = c;
    }
    return false;
}

}  // namespace

std::vector<Trap> coroutine_traps(std::string_view source) {
    constexpr std::string_view await = "co_await";
    constexpr std::string_view give = "co_return";
    const Blanked blanked(source);
    const std::string& code = blanked.text();
    std::vector<Trap> traps;
    for (std::size_t at = code.find("co_"); at != std::string::npos; at = code.find("co_", at + 3)) {
        if (at > 0 && in_name(code[at - 1])) continue;
        const bool awaits = code.compare(at, await.size(), await) == 0;
        if (!awaits && code.compare(at, give.size(), give) != 0) continue;
        const std::size_t begin = at + (awaits ? await.size() : give.size());
        const std::string_view expression(code.data() + begin, end_of_expression(code, begin) - begin);
        const std::size_t statement = begin_of_statement(code, at);
        const std::string_view before(code.data() + statement, at - statement);
        const auto line = static_cast<std::size_t>(std::count(
                              code.begin(), code.begin() + static_cast<std::ptrdiff_t>(at), '\n')) +
                          1;
        const std::string where = std::string(awaits ? await : give) + " expression";
        if (holds_lambda(expression))
            traps.push_back({line, "a lambda in a " + where});
        else if (braces_members(expression))
            traps.push_back({line, "a braced temporary in a " + where});
        if (expression.find('?') != std::string_view::npos || before.find('?') != std::string_view::npos)
            traps.push_back({line, "a conditional expression in a " + where});
    }
    return traps;
}

}  // namespace edgeward::architecture
