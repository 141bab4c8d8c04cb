#include "value.hpp"

#include <type_traits>

#include <catch2/catch_test_macros.hpp>

using namespace edgeward::policy;

static_assert(!std::is_constructible_v<Value, const char*>, "a text literal would become true");

namespace {

Value number(std::int64_t value) {
    return Value(value);
}
Value text(const char* value) {
    return Value(std::string(value));
}

}  // namespace

TEST_CASE("a set has each value once whatever the order it was given in", "[value]") {
    const Value made = Value::of_set({number(2), text("b"), number(1), number(2)});
    CHECK(made == Value::of_set({text("b"), number(1), number(2), number(1)}));
    CHECK(made.set()->size() == 3);
    CHECK_FALSE(made == Value::of_set({number(1), number(2)}));
}

TEST_CASE("values of different types differ", "[value]") {
    CHECK_FALSE(text("true") == Value(true));
    CHECK_FALSE(number(1) == Value(true));
    CHECK_FALSE(text("User::\"1\"") == Value(EntityUid{"User", "1"}));
    CHECK_FALSE(Value::of_set({}) == Value::of_record({}));
}

TEST_CASE("records are equal when their fields are", "[value]") {
    CHECK(Value::of_record({{"a", number(1)}, {"b", text("x")}}) ==
          Value::of_record({{"b", text("x")}, {"a", number(1)}}));
    CHECK_FALSE(Value::of_record({{"a", number(1)}}) == Value::of_record({{"a", number(2)}}));
    CHECK(Value::of_record({}).kind() == "a record");
}
