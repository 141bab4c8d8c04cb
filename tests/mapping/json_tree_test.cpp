#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include <string>

#include "json_tree.hpp"

using namespace edgeward::mapping;

namespace {

std::string refusal(std::string_view json) {
    const auto tree = Tree::parse(json);
    return tree ? "parsed" : tree.error().reason;
}

}  // namespace

TEST_CASE("numbers keep the text the device wrote", "[json_tree]") {
    const std::string text = GENERATE(as<std::string>{}, "37.0", "0", "-1", "1e3", "1.50E-2",
                                      "18446744073709551615", "123456789012345678901234567890", "0.10");
    const auto tree = Tree::parse("[" + text + "]");
    REQUIRE(tree.has_value());
    CHECK(tree->element(tree->root(), 0)->text == text);
    CHECK(tree->element(tree->root(), 0)->kind == NodeKind::number);
}

TEST_CASE("members and elements are found and others are not", "[json_tree]") {
    const auto tree = Tree::parse(
        "\xEF\xBB\xBF"
        R"({"a":{"b":[null,true,"x"]},"c":false})");  // with a byte order mark
    REQUIRE(tree.has_value());
    const Node* b = tree->member(*tree->member(tree->root(), "a"), "b");
    REQUIRE(b != nullptr);
    CHECK(tree->element(*b, 0)->kind == NodeKind::null);
    CHECK(tree->element(*b, 1)->truth);
    CHECK(tree->element(*b, 2)->text == "x");
    CHECK(tree->element(*b, 3) == nullptr);
    CHECK(tree->member(*b, "a") == nullptr);
    CHECK(tree->element(tree->root(), 0) == nullptr);
    CHECK(tree->member(tree->root(), "d") == nullptr);
    CHECK_FALSE(tree->member(tree->root(), "c")->truth);
}

TEST_CASE("a member name that comes twice is refused", "[json_tree]") {
    CHECK(refusal(R"({"HR":60,"HR":61})") == "duplicate_key");
    CHECK(refusal(R"({"a":{"HR":60},"HR":61})") == "parsed");
    CHECK(refusal(R"({"\u0048R":60,"HR":61})") == "duplicate_key");
}

TEST_CASE("what is no JSON is refused", "[json_tree]") {
    const std::string text = GENERATE(as<std::string>{}, "", "{", "[1,]", "{\"a\"}", "nul", "'a'", "{} {}",
                                      "01", "NaN", "\"\xFF\"", "{\"a\":1e999}", "\"\\ud800\"");
    CAPTURE(text);
    CHECK(refusal(text) == "invalid_json");
}

TEST_CASE("depth and size and member count are bounded", "[json_tree]") {
    CHECK(refusal(std::string(32, '[') + std::string(32, ']')) == "parsed");
    CHECK(refusal(std::string(33, '[') + std::string(33, ']')) == "too_deep");
    CHECK(refusal(std::string(100000, '[')) == "too_deep");
    CHECK(refusal("\"" + std::string(Tree::max_octets, 'a') + "\"") == "too_large");
    std::string values = "[0";
    for (int i = 0; i < 100000; ++i)
        values += ",0";
    CHECK(refusal(values + "]") == "too_large");
    std::string members = "{\"m0\":0";
    for (int i = 1; i <= 1000; ++i)
        members += ",\"m" + std::to_string(i) + "\":0";
    CHECK(refusal(members + "}") == "too_large");
}

TEST_CASE("a refusal names the octet", "[json_tree]") {
    const auto tree = Tree::parse(R"({"a":1,})");
    REQUIRE_FALSE(tree);
    CHECK(tree.error().detail == "no JSON at octet 8");
}

TEST_CASE("a refusal never quotes the payload", "[json_tree]") {
    for (const char* json :
         {R"({"Mustermann":1,"Mustermann":2})", R"({"a":Mustermann})", R"(["Mustermann)"}) {
        const auto tree = Tree::parse(json);
        REQUIRE_FALSE(tree.has_value());
        CHECK(tree.error().detail.find("Muster") == std::string::npos);
    }
}
