#include <edgeward/core/result.hpp>

#include <set>

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

}  // namespace
}  // namespace edgeward
