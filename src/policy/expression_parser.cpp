#include "expression_parser.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <optional>
#include <utility>

namespace edgeward::policy {
namespace {

// Cedar allows this many ! or - in a row.
constexpr int most_signs = 4;
// Terms of a sum, factors, accesses and steps of a path: each is one level of the tree.
constexpr std::size_t most_terms = 32;
constexpr std::uint64_t magnitude_of_least = std::uint64_t{1} << 63U;

struct Word {
    std::string_view text;
    Operation operation;
};

constexpr std::array relations{Word{"==", Operation::equal},  Word{"!=", Operation::unequal},
                               Word{"<", Operation::less},    Word{"<=", Operation::less_equal},
                               Word{">", Operation::greater}, Word{">=", Operation::greater_equal},
                               Word{"in", Operation::in}};
constexpr std::array methods{
    Word{"contains", Operation::contains}, Word{"containsAll", Operation::contains_all},
    Word{"containsAny", Operation::contains_any}, Word{"isEmpty", Operation::is_empty}};
constexpr std::array variables{Word{"principal", Operation::principal}, Word{"action", Operation::action},
                               Word{"resource", Operation::resource}, Word{"context", Operation::context}};

template <std::size_t size>
std::optional<Operation> find(const std::array<Word, size>& words, std::string_view text) {
    const auto found =
        std::find_if(words.begin(), words.end(), [text](const Word& word) { return word.text == text; });
    if (found == words.end()) return std::nullopt;
    return found->operation;
}

std::optional<std::uint64_t> magnitude_of(std::string_view digits) {
    std::uint64_t value = 0;
    const auto [end, failed] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (failed != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
    return value;
}

constexpr std::string_view number_range =
    "expected a whole number from -9223372036854775808 to "
    "9223372036854775807";

}  // namespace

Expression ExpressionParser::expression() {
    if (++depth_ > deepest_nesting) {
        tokens_.fail_at(tokens_.look().at, "expected at most " + std::to_string(deepest_nesting) +
                                               " levels of nesting, got more");
    }
    Expression made;
    if (const Position at = tokens_.look().at; tokens_.accept("if")) {
        std::vector<Expression> branches;
        branches.push_back(expression());
        tokens_.expect("then");
        branches.push_back(expression());
        tokens_.expect("else");
        branches.push_back(expression());
        made = make(Operation::either, at, std::move(branches));
    } else {
        made = disjunction();
    }
    --depth_;
    return made;
}

Expression ExpressionParser::disjunction() {
    std::vector<Expression> terms;
    do
        terms.push_back(conjunction());
    while (tokens_.accept("||"));
    return joined(Operation::any, std::move(terms));
}

Expression ExpressionParser::conjunction() {
    std::vector<Expression> terms;
    do
        terms.push_back(relation());
    while (tokens_.accept("&&"));
    return joined(Operation::all, std::move(terms));
}

Expression ExpressionParser::relation() {
    Expression made = relation_of(sum());
    const Token& next = tokens_.look();
    const bool another = find(relations, next.text).has_value() || next.text == "has" ||
                         next.text == "like" || next.text == "is";
    if (another && next.kind != TokenKind::text) {
        tokens_.fail("parentheses around one of two comparisons in a row");
    }
    return made;
}

Expression ExpressionParser::relation_of(Expression left) {
    const Token operation = tokens_.look();
    if (tokens_.accept("has")) return presence_test(std::move(left), operation.at);
    if (tokens_.accept("like")) return pattern_test(std::move(left), operation.at);
    if (tokens_.accept("is")) return type_test(std::move(left), operation.at);
    if (operation.kind != TokenKind::symbol && operation.kind != TokenKind::identifier) return left;
    const auto relation = find(relations, operation.text);
    if (!relation) return left;
    tokens_.take();
    return binary(*relation, operation.at, std::move(left), sum());
}

// a has b.c.d: a has b, and a.b has c, and so on.
Expression ExpressionParser::presence_test(Expression left, Position at) {
    constexpr std::string_view expectation = "the name of an attribute";
    if (tokens_.look().kind == TokenKind::text) {
        return named(Operation::has, at, std::move(left), tokens_.expect_text(expectation));
    }
    std::vector<Expression> tests;
    std::string name = tokens_.expect_name(expectation);
    tests.push_back(named(Operation::has, at, left, name));
    for (std::size_t steps = 0; tokens_.accept("."); ++steps) {
        if (steps > most_terms)
            tokens_.fail_at(at, "expected a shorter path of attributes, got a longer one");
        left = named(Operation::get, at, std::move(left), name);
        name = tokens_.expect_name(expectation);
        tests.push_back(named(Operation::has, at, left, name));
    }
    return joined(Operation::all, std::move(tests));
}

Expression ExpressionParser::pattern_test(Expression left, Position at) {
    const Token token = tokens_.look();
    if (token.kind != TokenKind::text) tokens_.fail("a pattern between quotes");
    tokens_.take();
    std::vector<Expression> operands;
    operands.push_back(std::move(left));
    Expression made = make(Operation::like, at, std::move(operands));
    auto pieces = unescaped_pattern(token.text);
    if (!pieces) tokens_.fail_at(token.at, "expected the escapes of a pattern, got another");
    made.pattern = std::move(pieces).value_or(std::vector<std::string>{});
    return made;
}

Expression ExpressionParser::type_test(Expression left, Position at) {
    const std::string type = type_path("the name of an entity type");
    if (!tokens_.accept("in")) return named(Operation::is, at, std::move(left), type);
    std::vector<Expression> tests;
    tests.push_back(named(Operation::is, at, left, type));
    tests.push_back(binary(Operation::in, at, std::move(left), sum()));
    return make(Operation::all, at, std::move(tests));
}

Expression ExpressionParser::sum() {
    Expression left = product();
    for (std::size_t terms = 0;; ++terms) {
        const Token sign = tokens_.look();
        const bool plus = tokens_.accept("+");
        if (!plus && !tokens_.accept("-")) return left;
        if (terms >= most_terms) tokens_.fail_at(sign.at, "expected fewer terms of a sum, got more");
        left = binary(plus ? Operation::plus : Operation::difference, sign.at, std::move(left), product());
    }
}

Expression ExpressionParser::product() {
    Expression left = unary();
    for (std::size_t terms = 0;; ++terms) {
        const Token sign = tokens_.look();
        if (tokens_.sees("/") || tokens_.sees("%")) tokens_.fail("an operator of Cedar's: + - or *");
        if (!tokens_.accept("*")) return left;
        if (terms >= most_terms) tokens_.fail_at(sign.at, "expected fewer factors, got more");
        left = binary(Operation::times, sign.at, std::move(left), unary());
    }
}

Expression ExpressionParser::unary() {
    if (tokens_.sees("-")) return negative();
    std::vector<Position> signs;
    while (tokens_.sees("!"))
        signs.push_back(tokens_.take().at);
    if (signs.size() > most_signs)
        tokens_.fail_at(signs.back(), "expected at most four ! in a row, got more");
    Expression made = member();
    for (; !signs.empty(); signs.pop_back()) {
        std::vector<Expression> operands;
        operands.push_back(std::move(made));
        made = make(Operation::negation, signs.back(), std::move(operands));
    }
    return made;
}

Expression ExpressionParser::negative() {
    std::vector<Position> signs;
    while (tokens_.sees("-"))
        signs.push_back(tokens_.take().at);
    if (signs.size() > most_signs)
        tokens_.fail_at(signs.back(), "expected at most four - in a row, got more");
    Expression made;
    // The last sign belongs to the number: the least one has no positive counterpart.
    if (tokens_.look().kind == TokenKind::number && !tokens_.sees(".", 1) && !tokens_.sees("[", 1)) {
        const Token digits = tokens_.take();
        const auto magnitude = magnitude_of(digits.text);
        if (!magnitude || *magnitude > magnitude_of_least)
            tokens_.fail_at(digits.at, std::string(number_range) + ", got another");
        // Two's complement: the negative of a magnitude up to 2^63 fits.
        made = literal(signs.back(), Value(static_cast<std::int64_t>(0 - magnitude.value_or(0))));
        signs.pop_back();
    } else {
        made = member();
    }
    for (; !signs.empty(); signs.pop_back()) {
        std::vector<Expression> operands;
        operands.push_back(std::move(made));
        made = make(Operation::minus, signs.back(), std::move(operands));
    }
    return made;
}

Expression ExpressionParser::member() {
    return accesses(primary());
}

Expression ExpressionParser::accesses(Expression base) {
    for (std::size_t steps = 0;; ++steps) {
        const Position at = tokens_.look().at;
        if (steps > most_terms) tokens_.fail_at(at, "expected fewer accesses in a row, got more");
        if (tokens_.accept("[")) {
            base = named(Operation::get, at, std::move(base),
                         tokens_.expect_text("the name of an attribute between quotes"));
            tokens_.expect("]");
        } else if (tokens_.accept(".")) {
            const Position name_at = tokens_.look().at;
            const std::string name = tokens_.expect_name("the name of an attribute or method");
            base = tokens_.sees("(") ? call(std::move(base), name, name_at)
                                     : named(Operation::get, name_at, std::move(base), name);
        } else {
            return base;
        }
    }
}

Expression ExpressionParser::call(Expression base, const std::string& name, Position at) {
    const auto method = find(methods, name);
    if (!method) {
        tokens_.fail_at(at,
                        "expected contains, containsAll, containsAny or isEmpty, got a method that is not "
                        "supported");
        return base;
    }
    tokens_.expect("(");
    std::vector<Expression> operands;
    operands.push_back(std::move(base));
    if (*method != Operation::is_empty) operands.push_back(expression());
    tokens_.expect(")");
    return make(*method, at, std::move(operands));
}

Expression ExpressionParser::primary() {
    const Token token = tokens_.look();
    if (tokens_.accept("true")) return literal(token.at, Value(true));
    if (tokens_.accept("false")) return literal(token.at, Value(false));
    if (tokens_.sees("[")) return set();
    if (tokens_.sees("{")) return record();
    if (tokens_.accept("(")) {
        Expression made = expression();
        tokens_.expect(")");
        return made;
    }
    switch (token.kind) {
        case TokenKind::number:
            return number();
        case TokenKind::text:
            return literal(token.at, Value(tokens_.expect_text("a text")));
        case TokenKind::identifier:
            return name_or_entity();
        case TokenKind::symbol:
        case TokenKind::end:
        case TokenKind::unknown:
            break;
    }
    if (tokens_.sees("?")) {
        tokens_.fail_at(token.at, "expected a policy, got a template; templates are not supported");
    }
    tokens_.fail("an expression");
    return {};
}

Expression ExpressionParser::name_or_entity() {
    const Token token = tokens_.look();
    const auto variable = find(variables, token.text);
    if (tokens_.sees("::", 1)) return literal(token.at, entity("an entity"));
    if (variable && !tokens_.sees("(", 1)) {
        tokens_.take();
        return make(*variable, token.at);
    }
    if (tokens_.sees("(", 1)) {
        tokens_.fail_at(token.at,
                        "expected an expression, got a call of " + token.described() +
                            "; extension functions such as ip, decimal and datetime are not supported");
    }
    tokens_.fail("an expression");
    return {};
}

Expression ExpressionParser::number() {
    const Token token = tokens_.take();
    const auto magnitude = magnitude_of(token.text);
    if (!magnitude || *magnitude > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
        tokens_.fail_at(token.at, std::string(number_range) + ", got another");
    }
    return literal(token.at, Value(static_cast<std::int64_t>(magnitude.value_or(0))));
}

Expression ExpressionParser::set() {
    const Position at = tokens_.expect("[");
    std::vector<Expression> members;
    if (!tokens_.sees("]")) {
        do
            members.push_back(expression());
        while (tokens_.accept(","));
    }
    tokens_.expect("]");
    return set_of(at, std::move(members));
}

Expression ExpressionParser::record() {
    const Position at = tokens_.expect("{");
    Expression made = make(Operation::record, at);
    if (!tokens_.sees("}")) {
        do {
            const Position key_at = tokens_.look().at;
            auto key = tokens_.look().kind == TokenKind::text ? tokens_.expect_text("a key")
                                                              : tokens_.expect_name("a key of the record");
            if (std::find(made.keys.begin(), made.keys.end(), key) != made.keys.end())
                tokens_.fail_at(key_at, "expected each key once, got one twice");
            made.keys.push_back(std::move(key));
            tokens_.expect(":");
            made.operands.push_back(expression());
        } while (tokens_.accept(","));
    }
    tokens_.expect("}");
    return made;
}

std::string ExpressionParser::type_path(std::string_view expectation) {
    std::string path = tokens_.expect_name(expectation);
    while (tokens_.sees("::") && tokens_.look(1).kind == TokenKind::identifier) {
        tokens_.take();
        path += "::" + tokens_.expect_name(expectation);
    }
    return path;
}

Value ExpressionParser::entity(std::string_view expectation) {
    std::string type = type_path(expectation);
    tokens_.expect("::");
    return Value(EntityUid{std::move(type), tokens_.expect_text("the entity's id between quotes")});
}

}  // namespace edgeward::policy
