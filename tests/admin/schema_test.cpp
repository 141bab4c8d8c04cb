#include <catch2/catch_test_macros.hpp>

#include <edgeward/admin/schema.hpp>

using namespace edgeward::admin;
using nlohmann::json;

// What each keyword means: JSON Schema 2020-12, validation vocabulary
// (draft-bhutton-json-schema-validation-01).
TEST_CASE("forms are JSON Schema", "[schema]") {
    using namespace schema;
    CHECK(json(text(1, 32)) == json::parse(R"({"type":"string","minLength":1,"maxLength":32})"));
    CHECK(json(words({"a", "b"})) == json::parse(R"({"type":"string","enum":["a","b"]})"));
    CHECK(json(time()) == json::parse(R"({"type":"string","format":"date-time","minLength":1})"));
    CHECK(json(whole(1, 7)) == json::parse(R"({"type":"integer","minimum":1,"maximum":7})"));
    CHECK(json(whole()) == json::parse(R"({"type":"integer","minimum":0})"));
    CHECK(json(list(truth(), 1, 6)) ==
          json::parse(R"({"type":"array","items":{"type":"boolean"},"minItems":1,"maxItems":6})"));
    CHECK(json(map(number())) ==
          json::parse(R"({"type":"object","additionalProperties":{"type":"number"}})"));
    CHECK(json(anything()) == json::object());
}

TEST_CASE("an object says which members it needs and takes no other", "[schema]") {
    using namespace schema;
    CHECK(json(object({{"a", truth()}, {"b?", integer()}})) ==
          json::parse(R"({"type":"object","properties":{"a":{"type":"boolean"},"b":{"type":"integer"}},
                          "required":["a"],"additionalProperties":false})"));
    const auto both = joined(object({{"a", truth()}}), object({{"b", truth()}, {"c?", truth()}}));
    CHECK(json(both.at("required")) == json::parse(R"(["a","b"])"));
    CHECK(both.at("properties").size() == 3);
}

TEST_CASE("what may be null says so", "[schema]") {
    using namespace schema;
    CHECK(json(nullable(integer())) == json::parse(R"({"type":["integer","null"]})"));
    CHECK(json(nullable(words({"a"}))) == json::parse(R"({"type":["string","null"],"enum":["a",null]})"));
}
