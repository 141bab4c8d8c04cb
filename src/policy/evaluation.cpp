#include "evaluation.hpp"

#include <algorithm>

namespace edgeward::policy {
namespace {

bool holds(const Set& set, const Value& member) {
    return std::binary_search(set.begin(), set.end(), member);
}

}  // namespace

bool matches(std::string_view text, const std::vector<std::string>& pieces) {
    if (pieces.size() == 1) return text == pieces.front();
    if (!text.starts_with(pieces.front())) return false;
    text.remove_prefix(pieces.front().size());
    for (std::size_t i = 1; i + 1 < pieces.size(); ++i) {
        const auto place = text.find(pieces[i]);
        if (place == std::string_view::npos) return false;
        text.remove_prefix(place + pieces[i].size());
    }
    return text.ends_with(pieces.back());
}

Evaluation::Evaluation(const Request& request, const Entities& entities)
    : entities_(entities),
      principal_(request.principal),
      action_(request.action),
      resource_(request.resource),
      context_(Value::of_record(request.context)),
      of_principal_(entities.attributes_of(request.principal)),
      of_resource_(entities.attributes_of(request.resource)) {}

const Record* Evaluation::attributes_of(const EntityUid& entity) const {
    if (&entity == principal_.entity()) return of_principal_;
    if (&entity == resource_.entity()) return of_resource_;
    return entities_.attributes_of(entity);
}

const Value* Evaluation::keep(Value value) {
    return &made_.emplace_back(std::move(value));
}

const Value* Evaluation::fail(Position at, std::string_view text) {
    error_ = std::to_string(at.line) + ':' + std::to_string(at.column) + ": ";
    error_ += text;
    return nullptr;
}

const Value* Evaluation::mismatch(Position at, std::string_view expected, const Value& got) {
    return fail(at, "expected " + std::string(expected) + ", got " + std::string(got.kind()));
}

const Value* Evaluation::value_of(const Expression& expression) {
    switch (expression.operation) {
        case Operation::literal:
            return &expression.value;
        case Operation::principal:
            return &principal_;
        case Operation::action:
            return &action_;
        case Operation::resource:
            return &resource_;
        case Operation::context:
            return &context_;
        case Operation::either:
            return either(expression);
        case Operation::all:
            return until(expression, false);
        case Operation::any:
            return until(expression, true);
        case Operation::negation:
            return negation(expression);
        case Operation::minus:
            return minus(expression);
        case Operation::is:
            return type_test(expression);
        case Operation::has:
            return presence(expression);
        case Operation::get:
            return attribute(expression);
        case Operation::like:
            return pattern_test(expression);
        case Operation::is_empty:
            return emptiness(expression);
        case Operation::set:
            return set(expression);
        case Operation::record:
            return record(expression);
        case Operation::equal:
        case Operation::unequal:
        case Operation::less:
        case Operation::less_equal:
        case Operation::greater:
        case Operation::greater_equal:
        case Operation::plus:
        case Operation::difference:
        case Operation::times:
        case Operation::in:
        case Operation::contains:
        case Operation::contains_all:
        case Operation::contains_any:
            return binary(expression);
    }
    return fail(expression.at, "expected an operation that is known");
}

const bool* Evaluation::bool_of(const Expression& expression) {
    const Value* value = value_of(expression);
    if (value == nullptr) return nullptr;
    if (value->truth() == nullptr) mismatch(expression.at, "a bool", *value);
    return value->truth();
}

const Value* Evaluation::either(const Expression& expression) {
    const bool* condition = bool_of(expression.operands[0]);
    if (condition == nullptr) return nullptr;
    return value_of(expression.operands[*condition ? 1 : 2]);
}

const Value* Evaluation::until(const Expression& expression, bool ending) {
    for (const auto& operand : expression.operands) {
        const bool* term = bool_of(operand);
        if (term == nullptr) return nullptr;
        if (*term == ending) return truth(ending);
    }
    return truth(!ending);
}

const Value* Evaluation::negation(const Expression& expression) {
    const bool* value = bool_of(expression.operands[0]);
    return value == nullptr ? nullptr : truth(!*value);
}

const Value* Evaluation::minus(const Expression& expression) {
    const Value* value = value_of(expression.operands[0]);
    if (value == nullptr) return nullptr;
    if (value->number() == nullptr) return mismatch(expression.at, "a long", *value);
    std::int64_t result = 0;
    if (__builtin_sub_overflow(std::int64_t{0}, *value->number(), &result))
        return fail(expression.at, "expected a long, got a number that does not fit");
    return keep(Value(result));
}

const Value* Evaluation::presence(const Expression& expression) {
    const Value* value = value_of(expression.operands[0]);
    if (value == nullptr) return nullptr;
    const Record* fields = value->record();
    if (fields == nullptr && value->entity() == nullptr)
        return mismatch(expression.at, "an entity or a record", *value);
    if (fields == nullptr) fields = attributes_of(*value->entity());
    return truth(fields != nullptr && fields->contains(expression.name));
}

const Value* Evaluation::attribute(const Expression& expression) {
    const Value* value = value_of(expression.operands[0]);
    if (value == nullptr) return nullptr;
    const Record* fields = value->record();
    if (fields == nullptr) {
        if (value->entity() == nullptr) return mismatch(expression.at, "an entity or a record", *value);
        fields = attributes_of(*value->entity());
        if (fields == nullptr)
            return fail(expression.at, "expected a known " + value->entity()->type + ", got another");
    }
    const auto field = fields->find(expression.name);
    if (field == fields->end()) return fail(expression.at, "expected an attribute that is there");
    return &field->second;
}

const Value* Evaluation::type_test(const Expression& expression) {
    const Value* value = value_of(expression.operands[0]);
    if (value == nullptr) return nullptr;
    if (value->entity() == nullptr) return mismatch(expression.at, "an entity", *value);
    return truth(value->entity()->type == expression.name);
}

const Value* Evaluation::pattern_test(const Expression& expression) {
    const Value* value = value_of(expression.operands[0]);
    if (value == nullptr) return nullptr;
    if (value->text() == nullptr) return mismatch(expression.at, "a string", *value);
    return truth(matches(*value->text(), expression.pattern));
}

const Value* Evaluation::emptiness(const Expression& expression) {
    const Value* value = value_of(expression.operands[0]);
    if (value == nullptr) return nullptr;
    if (value->set() == nullptr) return mismatch(expression.at, "a set", *value);
    return truth(value->set()->empty());
}

const Value* Evaluation::set(const Expression& expression) {
    if (expression.is_constant) return &expression.value;
    std::vector<Value> members;
    members.reserve(expression.operands.size());
    for (const auto& operand : expression.operands) {
        const Value* member = value_of(operand);
        if (member == nullptr) return nullptr;
        members.push_back(*member);
    }
    return keep(Value::of_set(std::move(members)));
}

const Value* Evaluation::record(const Expression& expression) {
    Record fields;
    for (std::size_t i = 0; i < expression.operands.size(); ++i) {
        const Value* field = value_of(expression.operands[i]);
        if (field == nullptr) return nullptr;
        fields.emplace(expression.keys[i], *field);
    }
    return keep(Value::of_record(std::move(fields)));
}

const Value* Evaluation::binary(const Expression& expression) {
    const Value* left = value_of(expression.operands[0]);
    if (left == nullptr) return nullptr;
    const Value* right = value_of(expression.operands[1]);
    if (right == nullptr) return nullptr;
    switch (expression.operation) {
        case Operation::equal:
            return truth(*left == *right);
        case Operation::unequal:
            return truth(!(*left == *right));
        case Operation::in:
            return membership(expression.at, *left, *right);
        case Operation::contains:
        case Operation::contains_all:
        case Operation::contains_any:
            return of_sets(expression, *left, *right);
        default:
            break;
    }
    if (left->number() == nullptr) return mismatch(expression.at, "a long on the left", *left);
    if (right->number() == nullptr) return mismatch(expression.at, "a long on the right", *right);
    return comparison(expression, *left->number(), *right->number());
}

const Value* Evaluation::comparison(const Expression& expression, std::int64_t left, std::int64_t right) {
    std::int64_t result = 0;
    bool overflows = false;
    switch (expression.operation) {
        case Operation::less:
            return truth(left < right);
        case Operation::less_equal:
            return truth(left <= right);
        case Operation::greater:
            return truth(left > right);
        case Operation::greater_equal:
            return truth(left >= right);
        case Operation::plus:
            overflows = __builtin_add_overflow(left, right, &result);
            break;
        case Operation::difference:
            overflows = __builtin_sub_overflow(left, right, &result);
            break;
        default:
            overflows = __builtin_mul_overflow(left, right, &result);
            break;
    }
    if (overflows) return fail(expression.at, "expected a long, got a number that does not fit");
    return keep(Value(result));
}

const Value* Evaluation::membership(Position at, const Value& left, const Value& right) {
    if (left.entity() == nullptr) return mismatch(at, "an entity on the left of in", left);
    if (right.entity() != nullptr) return truth(entities_.belongs(*left.entity(), *right.entity()));
    if (right.set() == nullptr) return mismatch(at, "an entity or a set of them on the right of in", right);
    for (const auto& member : *right.set()) {
        if (member.entity() == nullptr) return mismatch(at, "a set of entities on the right of in", member);
    }
    return truth(std::any_of(right.set()->begin(), right.set()->end(), [&](const Value& member) {
        return entities_.belongs(*left.entity(), *member.entity());
    }));
}

const Value* Evaluation::of_sets(const Expression& expression, const Value& left, const Value& right) {
    const Set* set = left.set();
    if (set == nullptr) return mismatch(expression.at, "a set", left);
    if (expression.operation == Operation::contains) return truth(holds(*set, right));
    const Set* other = right.set();
    if (other == nullptr) return mismatch(expression.at, "a set between the parentheses", right);
    const auto is_held = [set](const Value& member) { return holds(*set, member); };
    return truth(expression.operation == Operation::contains_all
                     ? std::all_of(other->begin(), other->end(), is_held)
                     : std::any_of(other->begin(), other->end(), is_held));
}

}  // namespace edgeward::policy
