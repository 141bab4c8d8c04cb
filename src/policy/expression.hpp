#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "token.hpp"
#include "value.hpp"

namespace edgeward::policy {

// What the operands of an Expression are, in this order.
enum class Operation : std::uint8_t {
    literal,        // value
    principal,      // the four of a request
    action,         //
    resource,       //
    context,        //
    either,         // if a then b else c
    all,            // a && b && …
    any,            // a || b || …
    negation,       // !a
    minus,          // -a
    equal,          // a == b
    unequal,        // a != b
    less,           // a < b
    less_equal,     // a <= b
    greater,        // a > b
    greater_equal,  // a >= b
    plus,           // a + b
    difference,     // a - b
    times,          // a * b
    in,             // a in b
    is,             // a is name
    has,            // a has name
    get,            // a.name
    like,           // a like pattern
    contains,       // a.contains(b)
    contains_all,   // a.containsAll(b)
    contains_any,   // a.containsAny(b)
    is_empty,       // a.isEmpty()
    set,            // [a, b, …]
    record,         // {keys: operands}
};

struct Expression {
    Operation operation = Operation::literal;
    Position at;
    std::vector<Expression> operands{};
    std::string name{};                  // of an attribute or an entity type
    std::vector<std::string> pattern{};  // pieces between wildcards
    std::vector<std::string> keys{};     // of a record, one for each operand
    Value value{false};                  // of a literal, and of a set with only such members
    bool is_constant = false;            // a set with its value
};

Expression make(Operation operation, Position at, std::vector<Expression> operands = {});
Expression literal(Position at, Value value);
Expression binary(Operation operation, Position at, Expression left, Expression right);
// With a name: is, has, get.
Expression named(Operation operation, Position at, Expression of, std::string name);
// a && b && c is one `all` of three; one term alone is that term.
Expression joined(Operation operation, std::vector<Expression> terms);
// A set of literals has its value already, and is not made at every evaluation.
Expression set_of(Position at, std::vector<Expression> members);

enum class Effect : std::uint8_t { permit, forbid };

// One permit or forbid: it applies when its condition is true.
struct Policy {
    std::string id;  // of @id; else made from the place in its file
    Effect effect = Effect::permit;
    std::string file;
    Position at;
    Expression condition;  // scope && when && !unless, in the order of the text
};

}  // namespace edgeward::policy
