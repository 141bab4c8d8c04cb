#include <edgeward/core/text.hpp>

#include <catch2/catch_test_macros.hpp>

namespace edgeward {
namespace {

TEST_CASE("blanks go from both ends of a text and stay within it", "[text]") {
    CHECK(trimmed("\t a b\tc  ") == "a b\tc");
    CHECK(trimmed("a") == "a");
    CHECK(trimmed(" \t ").empty());
    CHECK(trimmed("").empty());
    // Lines' ends are no blanks of a header (RFC 9110 5.6.3: OWS), unless they are named.
    CHECK(trimmed("a\r\n") == "a\r\n");
    CHECK(trimmed("\ta ", " ") == "\ta");
    CHECK(trimmed("a\r\n", " \r\n") == "a");
}

TEST_CASE("digits are ASCII's ten, at least one of them", "[text]") {
    CHECK(is_digits("0123456789"));
    CHECK_FALSE(is_digits(""));
    CHECK_FALSE(is_digits("12 "));
    CHECK_FALSE(is_digits("-1"));
    CHECK_FALSE(is_digits("1.5"));
    CHECK_FALSE(is_digits("\xD9\xA3"));  // ARABIC-INDIC DIGIT THREE
}

}  // namespace
}  // namespace edgeward
