#include <edgeward/core/result.hpp>

#include <set>

#include <array>

#include <catch2/catch_test_macros.hpp>

namespace edgeward {
namespace {

TEST_CASE("every kind has a name of its own", "[result]") {
    std::set<std::string_view> names;
    for (const ErrorKind kind :
         {ErrorKind::invalid_input, ErrorKind::unavailable, ErrorKind::ambiguous, ErrorKind::rejected,
          ErrorKind::exhausted, ErrorKind::denied, ErrorKind::corrupt, ErrorKind::misconfigured}) {
        CHECK(names.insert(name_of(kind)).second);
    }
    CHECK(name_of(ErrorKind::invalid_input) == "invalid_input");
    CHECK(name_of(ErrorKind::misconfigured) == "misconfigured");
}

TEST_CASE("context goes in front and keeps kind and foreign text", "[result]") {
    const Error error =
        Error{ErrorKind::unavailable, "database is locked", "their words"}.during("open store");
    CHECK(error.message == "open store: database is locked");
    CHECK(error.kind == ErrorKind::unavailable);
    CHECK(error.foreign == "their words");
}

TEST_CASE("a failure converts into any result", "[result]") {
    const Result<int> number = failure(ErrorKind::denied, "no");
    const Result<void> nothing = failure(number.error());
    REQUIRE_FALSE(nothing);
    CHECK(nothing.error().kind == ErrorKind::denied);
    CHECK(nothing.error().message == "no");
}

TEST_CASE("a word that is not expected is told the ones that are", "[result]") {
    constexpr std::array<std::string_view, 2> words{"given", "denied"};
    CHECK(expect_one_of(words, "denied", "consent"));
    const auto unknown = expect_one_of(words, "Denied", "consent");
    REQUIRE_FALSE(unknown);
    CHECK(unknown.error().kind == ErrorKind::invalid_input);
    CHECK(unknown.error().message == "consent: expected one of given denied");
    CHECK_FALSE(expect_one_of(words, "", "consent"));
}

}  // namespace
}  // namespace edgeward
