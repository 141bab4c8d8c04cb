#include <edgeward/fhir/strict_json.hpp>

#include <catch2/catch_test_macros.hpp>
#include <nlohmann/json.hpp>

namespace edgeward::fhir {

TEST_CASE("an object that can be read in one way only is taken", "[strict_json]") {
    CHECK(parse_strictly(R"({"a":{"x":1},"b":{"x":2}})")->at("b").at("x") == 2);
    CHECK(parse_strictly(R"({"a":1,"a":2})").error().message == "expected every name once in an object");
    CHECK(parse_strictly(R"({"a":[{"b":1,"c":{},"b":1}]})").error().message ==
          "expected every name once in an object");
    for (const char* text : {"", "[]", "1", "{", "{\"a\":}", "{} {}", "\xff"})
        CHECK(parse_strictly(text).error().message == "expected a JSON object");
    const auto nested = [](std::size_t levels) {
        return "{\"a\":" + std::string(levels, '[') + std::string(levels, ']') + "}";
    };
    CHECK(parse_strictly(nested(60)));
    CHECK(parse_strictly(nested(100)).error().message == "expected at most 64 levels");
    CHECK(parse_strictly(nested(100'000)).error().message == "expected at most 64 levels");
}

}  // namespace edgeward::fhir
