#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include <edgeward/fhir/response.hpp>

using namespace edgeward;
using namespace std::chrono_literals;

namespace {

// 1994-11-06T08:49:37Z, the example date of RFC 9110 §5.6.7; `date -d "Sun, 06 Nov 1994 08:49:37 GMT" +%s` =
// 784111777.
constexpr Instant example{std::chrono::milliseconds(784111777000)};

}  // namespace

TEST_CASE("retry-after takes seconds and dates", "[retry_after]") {
    CHECK(fhir::parse_retry_after("120", example) == 120s);
    CHECK(fhir::parse_retry_after(" 0 ", example) == 0s);
    CHECK(fhir::parse_retry_after("Sun, 06 Nov 1994 08:49:37 GMT", example - 90s) == 90s);
    CHECK(fhir::parse_retry_after("Sun, 06 Nov 1994 08:49:37 GMT", example + 1h) == 0s);
}

TEST_CASE("a retry-after of more than a day is a day", "[retry_after]") {
    CHECK(fhir::parse_retry_after("99999999999999999999", example) == 24h);
    CHECK(fhir::parse_retry_after("Fri, 31 Dec 9999 23:59:59 GMT", example) == 24h);
}

TEST_CASE("other retry-after texts are ignored", "[retry_after]") {
    const auto text = GENERATE(as<std::string>{}, "", "soon", "-5", "12.5", "Sun, 06 Nov 1994 08:49:37 CET",
                               "Sun, 31 Feb 1994 08:49:37 GMT", "Sun, 06 Nov 1994 25:49:37 GMT",
                               "Sun, 06 XXX 1994 08:49:37 GMT");
    CAPTURE(text);
    CHECK_FALSE(fhir::parse_retry_after(text, example));
}
