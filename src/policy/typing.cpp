#include "typing.hpp"

#include <algorithm>
#include <array>

#include <edgeward/config/document.hpp>

namespace edgeward::policy {
namespace {

using Kind = Type::Kind;

Type plain(Kind kind) {
    Type made;
    made.kind = kind;
    return made;
}
Type truth(std::optional<bool> always = {}) {
    Type made;
    made.always = always;
    return made;
}
Type entity(std::string name) {
    Type made = plain(Kind::entity);
    made.entity = std::move(name);
    return made;
}
Type of_attribute(const Attribute& attribute) {
    Type made = plain(attribute.kind == AttributeKind::truth    ? Kind::truth
                      : attribute.kind == AttributeKind::number ? Kind::number
                                                                : Kind::text);
    made.choices = attribute.choices;
    return made;
}

bool are_alike(const Type& left, const Type& right) {
    if (left.kind != right.kind) return false;
    if (left.kind == Kind::entity) return left.entity == right.entity;
    if (left.kind == Kind::set) return are_alike(*left.element, *right.element);
    return true;
}

std::string list(const std::vector<std::string>& all) {
    std::string made;
    for (const auto& each : all)
        made += (made.empty() ? "" : ", ") + each;
    return made;
}

std::string suggestion(const std::string& got, const std::vector<std::string>& known) {
    const auto near = config::nearest(got, known);
    return near ? "; did you mean " + *near + "?" : std::string();
}

}  // namespace

std::string Type::described() const {
    if (kind == Kind::entity) return "an entity of type " + entity;
    constexpr std::array<const char*, 6> names{"a bool", "a long", "a string", "", "a set", "a record"};
    return names[static_cast<std::size_t>(kind)];
}

Typing::Found Typing::fail(Position at, std::string text) {
    report_(at, std::move(text));
    return std::nullopt;
}

Typing::Found Typing::expect(const Expression& expression, Kind kind, const char* expected) {
    Found found = type_of(expression);
    if (!found || found->kind == kind) return found;
    return fail(expression.at, "expected " + std::string(expected) + ", got " + found->described());
}

Typing::Found Typing::type_of(const Expression& expression) {
    switch (expression.operation) {
        case Operation::literal:
            return of_value(expression);
        case Operation::principal:
        case Operation::action:
        case Operation::resource:
        case Operation::context:
            return variable(expression.operation);
        case Operation::either:
            return either(expression);
        case Operation::all:
            return until(expression, false);
        case Operation::any:
            return until(expression, true);
        case Operation::negation:
            return negation(expression);
        case Operation::equal:
        case Operation::unequal:
            return equality(expression);
        case Operation::less:
        case Operation::less_equal:
        case Operation::greater:
        case Operation::greater_equal:
            return numbers(expression, Kind::truth);
        case Operation::minus:
        case Operation::plus:
        case Operation::difference:
        case Operation::times:
            return numbers(expression, Kind::number);
        case Operation::in:
            return membership(expression);
        case Operation::is:
            return type_test(expression);
        case Operation::has:
            return presence(expression);
        case Operation::get:
            return attribute(expression);
        case Operation::like:
            return expect(expression.operands[0], Kind::text, "a string") ? Found(truth()) : std::nullopt;
        case Operation::is_empty:
            return expect(expression.operands[0], Kind::set, "a set") ? Found(truth()) : std::nullopt;
        case Operation::contains:
        case Operation::contains_all:
        case Operation::contains_any:
            return of_sets(expression);
        case Operation::set:
            return set(expression);
        case Operation::record:
            return record(expression);
    }
    return std::nullopt;
}

Typing::Found Typing::variable(Operation operation) const {
    if (operation == Operation::principal) return entity(action_.principal);
    if (operation == Operation::resource) return entity(action_.resource);
    if (operation == Operation::action) return entity("Action");
    Type made = plain(Kind::record);
    made.fields = action_.context;
    return made;
}

Typing::Found Typing::of_value(const Expression& expression) {
    const Value& value = expression.value;
    if (const bool* known = value.truth()) return truth(*known);
    if (value.number() != nullptr) return plain(Kind::number);
    if (value.text() != nullptr) return plain(Kind::text);
    return entity(value.entity()->type);
}

Typing::Found Typing::either(const Expression& expression) {
    const auto condition = expect(expression.operands[0], Kind::truth, "a bool");
    if (!condition) return std::nullopt;
    if (condition->always) return type_of(expression.operands[*condition->always ? 1 : 2]);
    auto left = type_of(expression.operands[1]);
    auto right = type_of(expression.operands[2]);
    if (!left || !right) return std::nullopt;
    if (!are_alike(*left, *right)) {
        return fail(expression.at, "expected the same type behind then and else, got " + left->described() +
                                       " and " + right->described());
    }
    if (left->always != right->always) left->always.reset();
    left->choices.clear();
    return left;
}

Typing::Found Typing::until(const Expression& expression, bool ending) {
    bool sound = true;
    bool known = true;
    for (const auto& operand : expression.operands) {
        const auto term = expect(operand, Kind::truth, "a bool");
        if (!term) {
            sound = false;
            continue;
        }
        if (term->always == ending) return truth(ending);
        known = known && term->always.has_value();
    }
    if (!sound) return std::nullopt;
    return known ? truth(!ending) : truth();
}

Typing::Found Typing::negation(const Expression& expression) {
    const auto found = expect(expression.operands[0], Kind::truth, "a bool");
    if (!found) return std::nullopt;
    return found->always ? truth(!*found->always) : truth();
}

std::optional<std::vector<Attribute>> Typing::fields_of(const Expression& expression, std::string& owner) {
    const auto found = type_of(expression);
    if (!found) return std::nullopt;
    if (found->kind == Kind::record) {
        owner = expression.operation == Operation::context ? "the context of " + action_.name : "the record";
        return found->fields;
    }
    if (found->kind != Kind::entity) {
        fail(expression.at, "expected an entity or a record, got " + found->described());
        return std::nullopt;
    }
    owner = found->entity;
    const EntityType* type = schema_.entity(found->entity);
    return type == nullptr ? std::vector<Attribute>{} : type->attributes;
}

Typing::Found Typing::attribute(const Expression& expression) {
    std::string owner;
    const auto fields = fields_of(expression.operands[0], owner);
    if (!fields) return std::nullopt;
    std::vector<std::string> names;
    for (const auto& field : *fields) {
        if (field.name == expression.name) return of_attribute(field);
        names.push_back(field.name);
    }
    return fail(expression.at, "expected an attribute of " + owner +
                                   (names.empty() ? ", which has none" : ": " + list(names)) +
                                   ", got another" + suggestion(expression.name, names));
}

Typing::Found Typing::presence(const Expression& expression) {
    std::string owner;
    const auto fields = fields_of(expression.operands[0], owner);
    if (!fields) return std::nullopt;
    // Whether the entity is known to the gateway is not said by its type.
    const bool is_there = std::any_of(fields->begin(), fields->end(),
                                      [&](const Attribute& field) { return field.name == expression.name; });
    return is_there ? truth() : truth(false);
}

Typing::Found Typing::type_test(const Expression& expression) {
    const auto found = expect(expression.operands[0], Kind::entity, "an entity");
    if (!found) return std::nullopt;
    return truth(found->entity == expression.name);
}

// A text the attribute can never have is a mistake, and in a forbid a dangerous one.
bool Typing::is_possible(const Expression& expression, const Type& other) {
    const auto* text = expression.operation == Operation::literal ? expression.value.text() : nullptr;
    if (text == nullptr || other.choices.empty()) return true;
    if (std::find(other.choices.begin(), other.choices.end(), *text) != other.choices.end()) return true;
    fail(expression.at,
         "expected one of " + list(other.choices) + ", got another" + suggestion(*text, other.choices));
    return false;
}

Typing::Found Typing::equality(const Expression& expression) {
    const auto left = type_of(expression.operands[0]);
    const auto right = type_of(expression.operands[1]);
    if (!left || !right) return std::nullopt;
    const bool is_equality = expression.operation == Operation::equal;
    if (left->kind == Kind::entity && right->kind == Kind::entity) {
        if (left->entity != right->entity) return truth(!is_equality);
        const auto& literal = expression.operands[1];
        if (expression.operands[0].operation != Operation::action || literal.operation != Operation::literal)
            return truth();
        return truth((literal.value.entity()->id == action_.name) == is_equality);
    }
    if (!are_alike(*left, *right)) {
        return fail(expression.at, "expected two values of one type to compare, got " + left->described() +
                                       " and " + right->described());
    }
    const bool possible =
        is_possible(expression.operands[0], *right) && is_possible(expression.operands[1], *left);
    return possible ? Found(truth()) : std::nullopt;
}

Typing::Found Typing::numbers(const Expression& expression, Kind result) {
    bool sound = true;
    for (const auto& operand : expression.operands)
        sound = expect(operand, Kind::number, "a long").has_value() && sound;
    return sound ? Found(plain(result)) : std::nullopt;
}

// Whether `left` belongs to `right`, where the types or the names of actions say so already.
std::optional<bool> Typing::belongs(const Expression& left, const Type& type, const Expression& right,
                                    const std::string& to) const {
    if (type.entity != "Action" || to != "Action") {
        if (!schema_.type_belongs(type.entity, to)) return false;
        return std::nullopt;
    }
    if (left.operation != Operation::action || right.operation != Operation::literal) return std::nullopt;
    return schema_.action_belongs(action_.name, right.value.entity()->id);
}

Typing::Found Typing::membership(const Expression& expression) {
    const auto& group = expression.operands[1];
    const auto left = expect(expression.operands[0], Kind::entity, "an entity");
    if (group.operation == Operation::set && left) {
        bool any = false;
        bool known = true;
        for (const auto& member : group.operands) {
            const auto type = expect(member, Kind::entity, "an entity");
            if (!type) return std::nullopt;
            const auto answer = belongs(expression.operands[0], *left, member, type->entity);
            known = known && answer.has_value();
            any = any || answer.value_or(false);
        }
        if (any) return truth(true);
        return known ? truth(false) : truth();
    }
    const auto right = type_of(group);
    if (!left || !right) return std::nullopt;
    if (right->kind == Kind::set && right->element->kind == Kind::entity) return truth();
    if (right->kind == Kind::entity)
        return truth(belongs(expression.operands[0], *left, group, right->entity));
    return fail(group.at, "expected an entity or a set of them, got " + right->described());
}

Typing::Found Typing::of_sets(const Expression& expression) {
    const auto left = expect(expression.operands[0], Kind::set, "a set");
    const auto right = expression.operation == Operation::contains
                           ? type_of(expression.operands[1])
                           : expect(expression.operands[1], Kind::set, "a set");
    if (!left || !right) return std::nullopt;
    const Type& member = expression.operation == Operation::contains ? *right : *right->element;
    if (!are_alike(*left->element, member)) {
        return fail(expression.at, "expected members of one type, got " + left->element->described() +
                                       " and " + member.described());
    }
    bool possible = true;
    if (expression.operands[0].operation == Operation::set) {
        for (const auto& listed : expression.operands[0].operands)
            possible = is_possible(listed, member) && possible;
    }
    return possible ? Found(truth()) : std::nullopt;
}

Typing::Found Typing::set(const Expression& expression) {
    if (expression.operands.empty())
        return fail(expression.at, "expected a set with members, got an empty one");
    Found element;
    for (const auto& operand : expression.operands) {
        auto member = type_of(operand);
        if (!member) return std::nullopt;
        if (element && !are_alike(*element, *member)) {
            return fail(operand.at, "expected members of one type, got " + element->described() + " and " +
                                        member->described());
        }
        if (!element) element = std::move(member);
    }
    element->always.reset();
    element->choices.clear();
    Type made = plain(Kind::set);
    made.element = std::make_shared<const Type>(*std::move(element));
    return made;
}

// Its fields are checked; what is read out of a record that stands in the policy itself is not.
Typing::Found Typing::record(const Expression& expression) {
    Type made = plain(Kind::record);
    for (std::size_t i = 0; i < expression.operands.size(); ++i) {
        const auto field = type_of(expression.operands[i]);
        if (!field) return std::nullopt;
        if (field->kind == Kind::entity || field->kind == Kind::set || field->kind == Kind::record) {
            return fail(expression.operands[i].at,
                        "expected a bool, a long or a string in a record, got " + field->described());
        }
        made.fields.push_back({expression.keys[i],
                               field->kind == Kind::truth    ? AttributeKind::truth
                               : field->kind == Kind::number ? AttributeKind::number
                                                             : AttributeKind::text,
                               {}});
    }
    return made;
}

}  // namespace edgeward::policy
