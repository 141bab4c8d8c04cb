#include "expression.hpp"

#include <algorithm>
#include <utility>

namespace edgeward::policy {

Expression make(Operation operation, Position at, std::vector<Expression> operands) {
    Expression made;
    made.operation = operation;
    made.at = at;
    made.operands = std::move(operands);
    return made;
}

Expression named(Operation operation, Position at, Expression of, std::string name) {
    std::vector<Expression> operands;
    operands.push_back(std::move(of));
    Expression made = make(operation, at, std::move(operands));
    made.name = std::move(name);
    return made;
}

// a && b && c is one `all` of three.
Expression joined(Operation operation, std::vector<Expression> terms) {
    if (terms.size() == 1) return std::move(terms.front());
    const Position at = terms.front().at;
    return make(operation, at, std::move(terms));
}

Expression literal(Position at, Value value) {
    Expression made = make(Operation::literal, at);
    made.value = std::move(value);
    return made;
}

Expression binary(Operation operation, Position at, Expression left, Expression right) {
    std::vector<Expression> operands;
    operands.push_back(std::move(left));
    operands.push_back(std::move(right));
    return make(operation, at, std::move(operands));
}

Expression set_of(Position at, std::vector<Expression> members) {
    Expression made = make(Operation::set, at, std::move(members));
    made.is_constant = std::all_of(made.operands.begin(), made.operands.end(), [](const Expression& member) {
        return member.operation == Operation::literal;
    });
    if (!made.is_constant) return made;
    std::vector<Value> values;
    for (const auto& member : made.operands)
        values.push_back(member.value);
    made.value = Value::of_set(std::move(values));
    return made;
}

}  // namespace edgeward::policy
