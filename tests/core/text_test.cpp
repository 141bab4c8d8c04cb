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

TEST_CASE("a number is padded up to its width and never cut", "[text]") {
    const auto padded = [](std::uint64_t number, std::size_t width) {
        std::string text = "=";
        append_padded(text, number, width);
        return text;
    };
    CHECK(padded(0, 0) == "=0");
    CHECK(padded(7, 2) == "=07");
    CHECK(padded(46, 3) == "=046");
    CHECK(padded(2026, 4) == "=2026");
    CHECK(padded(10000, 4) == "=10000");
    CHECK(padded(18446744073709551615U, 2) == "=18446744073709551615");
}

TEST_CASE("a run of octets ends before the first of another class", "[text]") {
    constexpr OctetClass digits =
        octets_that([](unsigned char octet) { return octet >= '0' && octet <= '9'; });
    CHECK(run_of(digits, "12a4", 0) == 2);
    CHECK(run_of(digits, "12a4", 2) == 0);
    CHECK(run_of(digits, "12a4", 3) == 1);
    CHECK(run_of(digits, "12a4", 4) == 0);
    CHECK(run_of(digits, "", 0) == 0);
    CHECK(run_of(digits, "1\xB2", 0) == 1);  // SUPERSCRIPT TWO of ISO 8859-1 is above 127
}

}  // namespace
}  // namespace edgeward
