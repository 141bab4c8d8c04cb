#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <edgeward/config/document.hpp>

namespace edgeward::config {
namespace {

struct Case {
    std::string_view word;
    std::optional<std::string> expected;
};

TEST_CASE("the nearest name is at most a third of the word away", "[nearest]") {
    const std::vector<std::string> known = {"host", "keepalive", "max_in_flight", "port", "topics"};
    const auto example = GENERATE(values<Case>({
        {"keep_alive", "keepalive"},  // one letter too many
        {"keepaliv", "keepalive"},    // one missing
        {"keepalove", "keepalive"},   // one replaced
        {"keepailve", "keepalive"},   // neighbours swapped: one step, not two
        {"prot", "port"},
        {"Port", "port"},
        {"maxinflight", "max_in_flight"},
        {"keepalive", "keepalive"},
        {"kepalove__x", std::nullopt},  // four steps, eleven letters
        {"po", std::nullopt},
        {"prt", "port"},
        {"p", std::nullopt},
        {"", std::nullopt},
        {"timeout", std::nullopt},
    }));
    CAPTURE(example.word);
    CHECK(nearest(example.word, known) == example.expected);
}

TEST_CASE("of two equally near names the first is taken", "[nearest]") {
    CHECK(nearest("abcd", {"abcx", "abcy"}) == "abcx");
    CHECK(nearest("abcdef", {"abcxyf", "abcdxf"}) == "abcdxf");
}

TEST_CASE("nothing is near to names that are absurdly long", "[nearest]") {
    const std::string word(100000, 'a');
    CHECK(nearest(word, {word}) == std::nullopt);
    CHECK(nearest("aaaa", {word}) == std::nullopt);
    CHECK(nearest("aaaa", {}) == std::nullopt);
}

}  // namespace
}  // namespace edgeward::config
