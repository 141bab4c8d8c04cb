#include "described_routes.hpp"

#include <catch2/catch_test_macros.hpp>

namespace edgeward::app {
namespace {

bool takes(const char* pattern, const char* body) {
    const auto all = person_descriptions();
    const auto* route = admin::find_description(all, "POST", pattern);
    REQUIRE(route != nullptr);
    return admin::expect_form(route->body, nlohmann::json::parse(body), "body").has_value();
}

}  // namespace

// Bodies: docs/control-api.md.
TEST_CASE("a person has at least one identifier", "[described_persons]") {
    CHECK(takes("/v1/persons",
                R"({"identifiers":[{"value":"1","authority":"KIS","type":"MR"}],"family":"M"})"));
    CHECK_FALSE(takes("/v1/persons", R"({"identifiers":[],"family":"M"})"));
    CHECK_FALSE(takes("/v1/persons", R"({"identifiers":[{"value":"1"}]})"));
    CHECK_FALSE(takes("/v1/persons", R"({"identifiers":[{"value":"1","authority":"KIS","x":1}]})"));
}

TEST_CASE("a consent names purpose, decision and time", "[described_persons]") {
    constexpr auto consent = "/v1/consents";
    CHECK(takes(consent, R"({"patient":{"value":"1","authority":"KIS"},"purpose":"research","decision":"deny",
                             "from":"2026-11-23T18:00:00Z","until":"2027-11-23T18:00:00Z"})"));
    CHECK_FALSE(takes(consent, R"({"patient":{"value":"1","authority":"KIS"},"purpose":"treatment",
                                   "decision":"deny","from":"2026-11-23T18:00:00Z","until":"x"})"));
    // FHIR has its own reader.
    CHECK(takes("/v1/consents/fhir", R"({"resourceType":"Consent","status":"active"})"));
}

TEST_CASE("an association may be open at its end", "[described_persons]") {
    constexpr auto associate = "/v1/associations";
    constexpr auto open = R"({"device":"m1","patient":{"value":"1","authority":"KIS"},"from":"x"})";
    constexpr auto null =
        R"({"device":"m1","patient":{"value":"1","authority":"KIS"},"from":"x","until":null})";
    CHECK(takes(associate, open));
    CHECK(takes(associate, null));
    CHECK_FALSE(takes("/v1/associations/end", R"({"device":"m1","until":null})"));
}

}  // namespace edgeward::app
