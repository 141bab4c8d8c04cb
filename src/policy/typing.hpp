#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "expression.hpp"
#include "schema.hpp"

namespace edgeward::policy {

// What is known of an expression's value before there is a request.
struct Type {
    enum class Kind : std::uint8_t { truth, number, text, entity, set, record };
    Kind kind = Kind::truth;
    std::optional<bool> always{};           // of a truth that is the same for every request
    std::string entity{};                   // the entity's type
    std::vector<Attribute> fields{};        // of a record
    std::vector<std::string> choices{};     // the only texts it can have; empty: any
    std::shared_ptr<const Type> element{};  // of a set; shared, because copies are the same for ever
    [[nodiscard]] std::string described() const;
};

// The kinds of requests there are: one for each action somebody can ask for.
struct Environment {
    const Schema& schema;
    const ActionType& action;
};

// Finds the type of an expression in one environment by Cedar's rules: what stands behind an && that is
// always false is not looked at. Mistakes go to `report`. One thread.
class Typing {
public:
    using Report = std::function<void(Position, std::string)>;
    Typing(const Environment& environment, Report report)
        : schema_(environment.schema), action_(environment.action), report_(std::move(report)) {}

    // Nothing: a mistake was reported.
    std::optional<Type> type_of(const Expression& expression);

private:
    using Found = std::optional<Type>;
    Found fail(Position at, std::string text);
    Found expect(const Expression& expression, Type::Kind kind, const char* expected);
    Found variable(Operation operation) const;
    Found of_value(const Expression& expression);
    Found either(const Expression& expression);
    Found until(const Expression& expression, bool ending);
    Found negation(const Expression& expression);
    Found attribute(const Expression& expression);
    Found presence(const Expression& expression);
    Found type_test(const Expression& expression);
    Found equality(const Expression& expression);
    Found numbers(const Expression& expression, Type::Kind result);
    Found membership(const Expression& expression);
    Found of_sets(const Expression& expression);
    Found set(const Expression& expression);
    Found record(const Expression& expression);
    std::optional<std::vector<Attribute>> fields_of(const Expression& expression, std::string& owner);
    bool is_possible(const Expression& expression, const Type& other);
    [[nodiscard]] std::optional<bool> belongs(const Expression& left, const Type& type,
                                              const Expression& right, const std::string& to) const;

    const Schema& schema_;
    const ActionType& action_;
    Report report_;
};

}  // namespace edgeward::policy
