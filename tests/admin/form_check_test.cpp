#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include <edgeward/admin/schema.hpp>

using namespace edgeward;
using namespace edgeward::admin;
using nlohmann::json;

namespace {

Schema form() {
    using namespace schema;
    return object({{"reason", words({"lost", "stolen"})},
                   {"seconds?", whole(1, 86400)},
                   {"names?", list(text(1, 3), 1, 2)},
                   {"until?", nullable(time())},
                   {"flag?", truth()},
                   {"offset?", integer()},
                   {"inner?", object({{"value", text(1)}})},
                   {"counts?", map(whole())},
                   {"resource?", map(anything())}});
}

}  // namespace

TEST_CASE("what is of the form passes", "[form_check]") {
    const auto* text = GENERATE(values({
        R"({"reason":"lost"})",
        R"({"reason":"stolen","seconds":1,"names":["a","ßßß"],"until":null,"flag":false,"offset":-5})",
        R"({"reason":"lost","seconds":86400,"inner":{"value":"x"},"counts":{"any name":0}})",
        R"({"reason":"lost","resource":{"a":[{"b":[null,1.5,"x"]}]}})",
    }));
    CHECK(expect_form(form(), json::parse(text), "body"));
}

TEST_CASE("what is not says where and what was expected", "[form_check]") {
    const auto [text, message] = GENERATE(table<const char*, const char*>({
        {R"([])", "body: expected a JSON object"},
        {R"({})", "reason: expected one of lost stolen, got nothing"},
        {R"({"reason":"Erika"})", "reason: expected one of lost stolen"},
        {R"({"reason":null})", "reason: expected one of lost stolen"},
        {R"({"reason":"lost","seconds":0})", "seconds: expected a whole number from 1 to 86400"},
        {R"({"reason":"lost","seconds":86401})", "seconds: expected a whole number from 1 to 86400"},
        {R"({"reason":"lost","seconds":-1})", "seconds: expected a whole number from 1 to 86400"},
        {R"({"reason":"lost","seconds":1.0})", "seconds: expected a whole number from 1 to 86400"},
        {R"({"reason":"lost","seconds":1e400})", nullptr},
        {R"({"reason":"lost","names":[]})", "names: expected a list of 1 to 2 entries"},
        {R"({"reason":"lost","names":["a","b","c"]})", "names: expected a list of 1 to 2 entries"},
        {R"({"reason":"lost","names":["abcd"]})", "names: expected a text of 1 to 3 characters"},
        {R"({"reason":"lost","names":["ßßßß"]})", "names: expected a text of 1 to 3 characters"},
        {R"({"reason":"lost","until":5})",
         "until: expected a time with zone such as 2026-11-23T18:00:00+01:00"},
        {R"({"reason":"lost","flag":"true"})", "flag: expected true or false"},
        {R"({"reason":"lost","offset":1.5})", "offset: expected a whole number"},
        {R"({"reason":"lost","inner":{}})", "value: expected a text of at least 1 characters, got nothing"},
        {R"({"reason":"lost","inner":{"value":"x","Erika":1}})", "inner: expected only the fields value"},
        {R"({"reason":"lost","counts":{"Erika":"x"}})", "counts: expected a whole number"},
    }));
    const auto value = json::parse(text, nullptr, /*allow_exceptions=*/false);
    INFO(text);
    const auto refused = expect_form(form(), value, "body");
    REQUIRE_FALSE(refused);
    CHECK(refused.error().kind == ErrorKind::invalid_input);
    if (message != nullptr) CHECK(refused.error().message == message);
}

TEST_CASE("an object without members takes an empty one only", "[form_check]") {
    CHECK(expect_form(schema::object({}), json::object(), "body"));
    const auto refused = expect_form(schema::object({}), json{{"x", 1}}, "body");
    REQUIRE_FALSE(refused);
    CHECK(refused.error().message == "body: expected only {}");
}
