#include "policy_parser.hpp"

#include <algorithm>
#include <set>

#include "expression_parser.hpp"

namespace edgeward::policy {
namespace {

// An evaluation goes as deep as the tree is high.
constexpr std::size_t highest_tree = 256;
constexpr std::size_t longest_id = 64;
constexpr std::string_view id_expectation = "expected an @id of 1 to 64 of A-Z a-z 0-9 . _ -";

std::size_t height_of(const Expression& expression) {
    std::size_t highest = 0;
    for (const auto& operand : expression.operands)
        highest = std::max(highest, height_of(operand));
    return highest + 1;
}

bool is_id(std::string_view id) {
    return !id.empty() && id.size() <= longest_id && std::all_of(id.begin(), id.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
               c == '_' || c == '-';
    });
}

class PolicyParser {
public:
    PolicyParser(std::string_view source, const std::string& file)
        : tokens_(source), expressions_(tokens_), file_(file) {}

    ParsedPolicies take() {
        while (tokens_.look().kind != TokenKind::end) {
            Policy policy = next();
            if (const auto& mistake = tokens_.mistake()) {
                parsed_.problems.push_back({file_, mistake->at.line, mistake->at.column, {}, mistake->text});
                tokens_.recover();
            } else {
                parsed_.policies.push_back(std::move(policy));
            }
        }
        return std::move(parsed_);
    }

private:
    Policy next() {
        Policy policy;
        policy.file = file_;
        policy.at = tokens_.look().at;
        read_annotations(policy);
        const Position at = tokens_.look().at;
        if (tokens_.accept("forbid")) {
            policy.effect = Effect::forbid;
        } else if (!tokens_.accept("permit")) {
            tokens_.fail("permit or forbid");
        }
        if (policy.id.empty())
            tokens_.fail_at(at, std::string(id_expectation) + " before the policy, got none");
        read_scope();
        while (tokens_.sees("when") || tokens_.sees("unless"))
            read_condition();
        tokens_.expect(";");
        policy.condition.operation = Operation::all;
        policy.condition.at = policy.at;
        policy.condition.operands = std::move(terms_);
        terms_.clear();
        if (height_of(policy.condition) > highest_tree)
            tokens_.fail_at(policy.at, "expected a flatter condition, got one with too many levels");
        return policy;
    }

    void read_annotations(Policy& policy) {
        std::set<std::string, std::less<>> seen;
        while (tokens_.accept("@")) {
            const Position at = tokens_.look().at;
            std::string name = tokens_.expect_name("the name of an annotation");
            tokens_.expect("(");
            const Position value_at = tokens_.look().at;
            std::string value = tokens_.expect_text("a text between quotes");
            tokens_.expect(")");
            if (name == "id" && !is_id(value))
                tokens_.fail_at(value_at, std::string(id_expectation) + ", got another");
            if (name == "id") policy.id = std::move(value);
            if (!seen.insert(std::move(name)).second)
                tokens_.fail_at(at, "expected each annotation once, got one twice");
        }
    }

    void read_scope() {
        tokens_.expect("(");
        read_entity_scope("principal", Operation::principal);
        tokens_.expect(",");
        read_action_scope();
        tokens_.expect(",");
        read_entity_scope("resource", Operation::resource);
        tokens_.expect(")");
    }

    static Expression variable(Operation operation, Position at) {
        Expression made;
        made.operation = operation;
        made.at = at;
        return made;
    }

    void test(Operation operation, Position at, Expression of, Value value, Position value_at) {
        terms_.push_back(binary(operation, at, std::move(of), literal(value_at, std::move(value))));
    }

    void read_entity_scope(std::string_view name, Operation operation) {
        const Expression subject = variable(operation, tokens_.expect(name));
        const Position at = tokens_.look().at;
        if (tokens_.accept("is")) {
            Expression typed = variable(Operation::is, at);
            typed.operands.push_back(subject);
            typed.name = expressions_.type_path("the name of an entity type");
            terms_.push_back(std::move(typed));
        } else if (tokens_.accept("==")) {
            const Position value_at = tokens_.look().at;
            test(Operation::equal, at, subject, expressions_.entity("an entity"), value_at);
            return;
        }
        const Position in_at = tokens_.look().at;
        if (!tokens_.accept("in")) return;
        const Position value_at = tokens_.look().at;
        test(Operation::in, in_at, subject, expressions_.entity("an entity"), value_at);
    }

    // Cedar wants the type's last name to be Action.
    Value action() {
        const Position at = tokens_.look().at;
        Value named = expressions_.entity("an action such as Action::\"disclose\"");
        const std::string& type = named.entity()->type;
        if (type != "Action" && !type.ends_with("::Action")) {
            tokens_.fail_at(at, "expected an entity of type Action, got one of another type");
        }
        return named;
    }

    void read_action_scope() {
        const Expression subject = variable(Operation::action, tokens_.expect("action"));
        const Position at = tokens_.look().at;
        const bool is_equal = tokens_.accept("==");
        if (!is_equal && !tokens_.accept("in")) return;
        const Position value_at = tokens_.look().at;
        if (is_equal || !tokens_.accept("[")) {
            test(is_equal ? Operation::equal : Operation::in, at, subject, action(), value_at);
            return;
        }
        std::vector<Expression> listed;
        do {
            const Position entity_at = tokens_.look().at;
            listed.push_back(literal(entity_at, action()));
        } while (tokens_.accept(","));
        tokens_.expect("]");
        terms_.push_back(binary(Operation::in, at, subject, set_of(value_at, std::move(listed))));
    }

    void read_condition() {
        const Token word = tokens_.take();
        tokens_.expect("{");
        Expression condition = expressions_.expression();
        tokens_.expect("}");
        if (word.text == "unless") {
            Expression negated = variable(Operation::negation, word.at);
            negated.operands.push_back(std::move(condition));
            condition = std::move(negated);
        }
        terms_.push_back(std::move(condition));
    }

    TokenStream tokens_;
    ExpressionParser expressions_;
    const std::string& file_;
    std::vector<Expression> terms_;  // of the policy that is read
    ParsedPolicies parsed_;
};

}  // namespace

ParsedPolicies parse_policies(std::string_view source, const std::string& file) {
    return PolicyParser(source, file).take();
}

}  // namespace edgeward::policy
