#include "expression.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace edgeward::policy;

namespace {

Expression number(std::int64_t value) {
    return literal({}, Value(value));
}

}  // namespace

TEST_CASE("a set of literals has its value and another has not", "[expression]") {
    const Expression constant = set_of({}, {number(2), number(1), number(2)});
    CHECK(constant.is_constant);
    CHECK(constant.value == Value::of_set({Value(std::int64_t{1}), Value(std::int64_t{2})}));
    CHECK(constant.operands.size() == 3);
    CHECK_FALSE(set_of({}, {number(1), make(Operation::principal, {})}).is_constant);
}

TEST_CASE("one term alone stays as it is", "[expression]") {
    CHECK(joined(Operation::all, {number(1)}).operation == Operation::literal);
    CHECK(joined(Operation::all, {number(1), number(2)}).operands.size() == 2);
}
