#include "described_routes.hpp"

#include <catch2/catch_test_macros.hpp>

namespace edgeward::app {
namespace {

bool takes(const char* pattern, const std::string& rest) {
    const auto all = rights_descriptions();
    const auto* route = admin::find_description(all, "POST", pattern);
    REQUIRE(route != nullptr);
    const std::string patient = R"({"patient":{"value":"1","authority":"KIS"})";
    return admin::expect_form(route->body, nlohmann::json::parse(patient + rest + "}"), "body").has_value();
}

}  // namespace

// Reasons and bodies: docs/control-api.md.
TEST_CASE("what a person may demand has a reason that is known", "[described_rights]") {
    CHECK(takes("/v1/persons/access", R"(,"reason":"art15_request")"));
    CHECK(takes("/v1/persons/access/reports", R"(,"reason":"other","subject":0,"after":7)"));
    CHECK(takes("/v1/erasures", R"(,"reason":"consent_withdrawn")"));
    CHECK(takes("/v1/holds", R"(,"reason":"retention_duty","until":null)"));
    CHECK(takes("/v1/persons/restrict", R"(,"reason":"objection","reach":"all")"));
    for (const char* pattern : {"/v1/persons/access", "/v1/erasures", "/v1/holds", "/v1/persons/restrict"}) {
        CHECK_FALSE(takes(pattern, ""));
        CHECK_FALSE(takes(pattern, R"(,"reason":"curiosity")"));
    }
}

TEST_CASE("a rectification names what is right", "[described_rights]") {
    CHECK(takes("/v1/persons/rectify", R"(,"family":"Muster","birth_date":"")"));
    CHECK(takes("/v1/persons/rectify", R"(,"add_identifiers":[{"value":"2","authority":"KIS"}])"));
    CHECK_FALSE(takes("/v1/persons/rectify", R"(,"add_identifiers":{"value":"2","authority":"KIS"})"));
    CHECK_FALSE(takes("/v1/persons/rectify", R"(,"surname":"Muster")"));
}

}  // namespace edgeward::app
