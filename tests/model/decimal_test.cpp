#include <edgeward/model/decimal.hpp>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include <random>
#include <string>

using edgeward::ErrorKind;
using edgeward::model::Decimal;

namespace {

Decimal decimal(std::string_view text) {
    auto parsed = Decimal::parse(text);
    REQUIRE(parsed.has_value());
    return *parsed;
}

}  // namespace

TEST_CASE("a number keeps the precision it was written with", "[decimal]") {
    struct Row {
        const char* written;
        const char* kept;
        int decimals;
    };
    // Plain notation of each was checked with Python's decimal: format(Decimal(written), "f").
    const Row row = GENERATE(
        values<Row>({{"37.0", "37.0", 1},
                     {"37", "37", 0},
                     {"0", "0", 0},
                     {"-0", "0", 0},
                     {"-0.00", "0.00", 2},
                     {"-12.50", "-12.50", 2},
                     {"1.2e2", "120", 0},
                     {"12.5e-1", "1.25", 2},
                     {"1E+3", "1000", 0},
                     {"0e5", "0", 0},
                     {"0e-3", "0.000", 3},
                     {"1e-30", "0.000000000000000000000000000001", 30},
                     {"1.276020076001e+09", "1276020076.001", 3},
                     {"9999999999999999999999999999999999", "9999999999999999999999999999999999", 0}}));
    CAPTURE(row.written);
    const Decimal number = decimal(row.written);
    CHECK(number.text() == row.kept);
    CHECK(number.decimals() == row.decimals);
    CHECK(decimal(number.text()) == number);
}

TEST_CASE("what is no JSON number is refused", "[decimal]") {
    const std::string text = GENERATE(as<std::string>{}, "", "-", "+1", "1.", ".5", "007", "1e", "1e+",
                                      "0x10", "NaN", "inf", "1,5", " 1", "1 ", "--1", "1.2.3", "1e5000",
                                      "12345678901234567890123456789012345", "1e40", "1e-40");
    CAPTURE(text);
    const auto parsed = Decimal::parse(text);
    REQUIRE_FALSE(parsed.has_value());
    CHECK(parsed.error().kind == ErrorKind::invalid_input);
}

TEST_CASE("zero is zero in any precision", "[decimal]") {
    CHECK(decimal("0.000").is_zero());
    CHECK(decimal("-0.0").is_zero());
    CHECK(Decimal().is_zero());
    CHECK_FALSE(decimal("0.001").is_zero());
}

TEST_CASE("integers of any size in 64 bits become decimals", "[decimal]") {
    CHECK(Decimal::from_integer(-5).text() == "-5");
    CHECK(Decimal::from_integer(INT64_MIN).text() == "-9223372036854775808");
}

TEST_CASE("scaling is exact and rounds half away from zero", "[decimal]") {
    struct Row {
        const char* number;
        const char* factor;
        const char* offset;
        int decimals;
        const char* result;
    };
    // By Python: (Decimal(n) * Decimal(f) + Decimal(o)).quantize(Decimal(1).scaleb(-d), ROUND_HALF_UP)
    const Row row =
        GENERATE(values<Row>({{"98.6", "0.55555555555555555556", "-17.777777777777777778", 1, "37.0"},
                              {"365", "0.1", "0", 1, "36.5"},
                              {"0.05", "1", "0", 1, "0.1"},
                              {"-0.05", "1", "0", 1, "-0.1"},
                              {"-0.04", "1", "0", 1, "0.0"},
                              {"2.5", "1", "0", 0, "3"},
                              {"7", "1", "0", 3, "7.000"},
                              {"5.3", "7.5006375541921063290", "0", 1, "39.8"},
                              {"70250", "0.001", "0", 3, "70.250"},
                              {"1", "1", "-1", 2, "0.00"},
                              {"3", "-2", "1", 0, "-5"}}));
    CAPTURE(row.number, row.factor, row.offset);
    const auto scaled = decimal(row.number).scaled(decimal(row.factor), decimal(row.offset), row.decimals);
    REQUIRE(scaled.has_value());
    CHECK(scaled->text() == row.result);
}

TEST_CASE("a product beyond 34 digits is refused and not rounded", "[decimal]") {
    const auto product =
        decimal("12345678901234567890").scaled(decimal("12345678901234567890"), Decimal(), 0);
    REQUIRE_FALSE(product.has_value());
    CHECK(product.error().kind == ErrorKind::invalid_input);
    CHECK_FALSE(Decimal().scaled(Decimal(), Decimal(), 10).has_value());
}

TEST_CASE("comparison goes by value and not by text", "[decimal]") {
    CHECK(Decimal::compare(decimal("37.0"), decimal("37")) == 0);
    CHECK_FALSE(decimal("37.0") == decimal("37"));
    CHECK(Decimal::compare(decimal("9.99"), decimal("10")) < 0);
    CHECK(Decimal::compare(decimal("-9.99"), decimal("-10")) > 0);
    CHECK(Decimal::compare(decimal("-1"), decimal("0.0")) < 0);
    CHECK(Decimal::compare(decimal("0.10"), decimal("0.1000")) == 0);
    CHECK(Decimal::compare(decimal("0.1001"), decimal("0.1")) > 0);
}

TEST_CASE("comparison of any two numbers agrees with whole-number arithmetic", "[decimal]") {
    std::mt19937 random(7);
    std::uniform_int_distribution<int> counts(-99999, 99999);
    const auto hundredths = [](int count) {
        const std::string digits = std::to_string(count < 0 ? -count : count);
        const std::string padded = std::string(digits.size() < 3 ? 3 - digits.size() : 0, '0') + digits;
        return (count < 0 ? "-" : "") + padded.substr(0, padded.size() - 2) + "." +
               padded.substr(padded.size() - 2);
    };
    for (int i = 0; i < 2000; ++i) {
        const int left = counts(random);
        const int right = counts(random);
        CAPTURE(left, right);
        CHECK(Decimal::compare(decimal(hundredths(left)), decimal(hundredths(right))) == (left <=> right));
        const auto sum =
            decimal(hundredths(left)).scaled(Decimal::from_integer(1), decimal(hundredths(right)), 2);
        REQUIRE(sum.has_value());
        CHECK(Decimal::compare(*sum, decimal(hundredths(left + right))) == 0);
    }
}
