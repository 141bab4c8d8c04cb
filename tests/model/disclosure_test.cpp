#include <edgeward/model/disclosure.hpp>

#include <catch2/catch_test_macros.hpp>

using namespace edgeward::model;

TEST_CASE("identity levels and purposes are read by the names the configuration uses", "[disclosure]") {
    CHECK(parse_identity_level("identified") == IdentityLevel::identified);
    CHECK(parse_identity_level("pseudonymous") == IdentityLevel::pseudonymous);
    CHECK(parse_identity_level("anonymised") == IdentityLevel::anonymised);
    CHECK(parse_identity_level("technical") == IdentityLevel::technical);
    CHECK(parse_purpose("treatment") == Purpose::treatment);
    CHECK(parse_purpose("research") == Purpose::research);
    CHECK(parse_purpose("quality") == Purpose::quality);
    CHECK(parse_purpose("maintenance") == Purpose::maintenance);
}

TEST_CASE("an unknown level or purpose is refused and the choices are named", "[disclosure]") {
    const auto level = parse_identity_level("Identified");
    REQUIRE_FALSE(level);
    CHECK(level.error().kind == edgeward::ErrorKind::invalid_input);
    CHECK(level.error().message == "expected identified, pseudonymous, anonymised or technical");
    CHECK_FALSE(parse_purpose(""));
}
