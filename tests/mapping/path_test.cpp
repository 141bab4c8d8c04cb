#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include <string>
#include <vector>

#include "path.hpp"

using namespace edgeward::mapping;

namespace {

const std::string json = R"({"a":{"b":[{"v":1},{"v":2}],"odd key.":3},"c":[[10,11],[12]]})";

std::vector<std::string> all(std::string_view path) {
    const auto tree = Tree::parse(json);
    const Node* const root = &tree->root();
    std::vector<const Node*> found;
    find_all(*tree, Scope(&root, 1), *Path::parse(path), found);
    std::vector<std::string> texts;
    for (const Node* node : found)
        texts.push_back(node->text);
    return texts;
}

}  // namespace

TEST_CASE("a path finds members and elements and odd names", "[path]") {
    CHECK(all("$.a.b[0].v") == std::vector<std::string>{"1"});
    CHECK(all("$['a']['odd key.']") == std::vector<std::string>{"3"});
    CHECK(all("$.c[1][0]") == std::vector<std::string>{"12"});
    CHECK(all("$.a.b[2].v").empty());
    CHECK(all("$.a.x").empty());
    CHECK(all("$.a[0]").empty());
    CHECK(all("$").size() == 1);
}

TEST_CASE("a star visits every element in document order", "[path]") {
    CHECK(all("$.a.b[*].v") == std::vector<std::string>{"1", "2"});
    CHECK(all("$.c[*][*]") == std::vector<std::string>{"10", "11", "12"});
    CHECK(all("$.a[*]").empty());
}

TEST_CASE("paths start at the whole message or the element or an enclosing one", "[path]") {
    const auto tree = Tree::parse(json);
    const Node* a = tree->member(tree->root(), "a");
    const Node* first = tree->element(*tree->member(*a, "b"), 0);
    const std::vector<const Node*> scope = {&tree->root(), a, first};
    CHECK(find(*tree, scope, *Path::parse("@.v"))->text == "1");
    CHECK(find(*tree, scope, *Path::parse("^['odd key.']"))->text == "3");
    CHECK(find(*tree, scope, *Path::parse("^^.c[1][0]"))->text == "12");
    CHECK(find(*tree, scope, *Path::parse("$.c[0][1]"))->text == "11");
    CHECK(find(*tree, scope, *Path::parse("^^^.c")) == nullptr);
    CHECK(find(*tree, scope, *Path::parse("$.c[*]")) == nullptr);
}

TEST_CASE("a malformed path says what was expected where", "[path]") {
    struct Row {
        const char* path;
        const char* error;
    };
    const Row row = GENERATE(values<Row>({
        {"", "expected a path that begins with $, @ or ^"},
        {"HR", "expected a path that begins with $, @ or ^"},
        {"$HR", "expected .name, ['name'], [number] or [*] at character 2"},
        {"$.", "expected a member name; other signs need ['name'] at character 2"},
        {"$.a.odd key", "expected .name, ['name'], [number] or [*] at character 8"},
        {"$['a", "expected '] after a quoted member name at character 2"},
        {"$.a[x]", "expected a whole number and ] at character 4"},
        {"$.a[1", "expected a whole number and ] at character 4"},
        {"$.a[99999999999999999999]", "expected a whole number and ] at character 4"},
    }));
    CAPTURE(row.path);
    const auto path = Path::parse(row.path);
    REQUIRE_FALSE(path.has_value());
    CHECK(path.error() == row.error);
}
