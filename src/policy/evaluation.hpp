#pragma once

#include <deque>
#include <string>
#include <string_view>

#include "entities.hpp"
#include "expression.hpp"

namespace edgeward::policy {

// Who wants to do what to which thing, under which circumstances.
struct Request {
    EntityUid principal;
    EntityUid action;
    EntityUid resource;
    Record context;
};

// Evaluates expressions against one request by Cedar's rules: both sides of && and || must be bool where they
// are looked at, comparison is for longs, sums that do not fit are errors. Values it gives live as long as it
// and what it was made of. One thread.
class Evaluation {
public:
    Evaluation(const Request& request, const Entities& entities);

    // Null: an error, which error() tells.
    const Value* value_of(const Expression& expression);
    [[nodiscard]] const std::string& error() const noexcept { return error_; }

private:
    [[nodiscard]] const Record* attributes_of(const EntityUid& entity) const;
    const Value* keep(Value value);
    const Value* truth(bool value) const noexcept { return value ? &true_ : &false_; }
    const Value* fail(Position at, std::string_view text);
    const Value* mismatch(Position at, std::string_view expected, const Value& got);

    const bool* bool_of(const Expression& expression);
    const Value* either(const Expression& expression);
    // `ending` decides: false for all, true for any.
    const Value* until(const Expression& expression, bool ending);
    const Value* negation(const Expression& expression);
    const Value* minus(const Expression& expression);
    const Value* presence(const Expression& expression);
    const Value* attribute(const Expression& expression);
    const Value* type_test(const Expression& expression);
    const Value* pattern_test(const Expression& expression);
    const Value* emptiness(const Expression& expression);
    const Value* set(const Expression& expression);
    const Value* record(const Expression& expression);
    const Value* binary(const Expression& expression);
    const Value* comparison(const Expression& expression, std::int64_t left, std::int64_t right);
    const Value* membership(Position at, const Value& left, const Value& right);
    const Value* of_sets(const Expression& expression, const Value& left, const Value& right);

    const Entities& entities_;
    Value principal_, action_, resource_, context_;
    const Record* of_principal_;  // looked up once: nearly every policy asks for them
    const Record* of_resource_;
    Value true_{true}, false_{false};
    std::deque<Value> made_;  // a deque: what stands in it does not move
    std::string error_;
};

// Does the text consist of the pieces, with anything between them?
bool matches(std::string_view text, const std::vector<std::string>& pieces);

}  // namespace edgeward::policy
