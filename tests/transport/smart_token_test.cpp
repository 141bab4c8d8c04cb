#include "smart_token.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

using namespace edgeward;
using namespace edgeward::transport;
using namespace std::chrono_literals;

TEST_CASE("a token answer is read", "[smart_token]") {
    // The successful response of RFC 6749 §5.1, without its refresh token.
    const auto token = parse_token(
        200, R"({"access_token":"2YotnFZFEjr1zCsicMWpAA","token_type":"Bearer","expires_in":3600})");
    REQUIRE(token);
    CHECK(text_of(token->text.reveal()) == "2YotnFZFEjr1zCsicMWpAA");
    CHECK(token->lifetime == 3600s);
}

TEST_CASE("odd lifetimes are made usable", "[smart_token]") {
    const auto lifetime = [](const char* value) {
        return parse_token(200, std::string(R"({"access_token":"a","token_type":"bearer","expires_in":)") +
                                    value + "}")
            ->lifetime;
    };
    CHECK(lifetime("-5") == 0s);
    CHECK(lifetime("1e300") == 24h);
    CHECK(lifetime("\"x\"") == 60s);
    CHECK(parse_token(200, R"({"access_token":"a","token_type":"bearer"})")->lifetime == 60s);
}

TEST_CASE("answers without a usable token are refused", "[smart_token]") {
    const auto body =
        GENERATE(as<std::string>{}, "", "[]", "{}", R"({"access_token":"a"})",
                 R"({"access_token":"a","token_type":"mac"})", R"({"access_token":"","token_type":"bearer"})",
                 R"({"access_token":"a\r\nHost: b","token_type":"bearer"})",
                 R"({"access_token":7,"token_type":"bearer"})");
    CAPTURE(body);
    const auto token = parse_token(200, body);
    REQUIRE_FALSE(token);
    CHECK(token.error().kind == ErrorKind::unavailable);
}

TEST_CASE("refusals are told from passing trouble", "[smart_token]") {
    const auto refused = parse_token(400, R"({"error":"invalid_client"})");
    CHECK(refused.error().kind == ErrorKind::misconfigured);
    CHECK(refused.error().foreign == R"({"error":"invalid_client"})");
    CHECK(parse_token(401, "").error().kind == ErrorKind::misconfigured);
    CHECK(parse_token(503, "").error().kind == ErrorKind::unavailable);
    CHECK(parse_token(429, "").error().kind == ErrorKind::unavailable);
}

TEST_CASE("the token endpoint is found in the smart configuration", "[smart_token]") {
    CHECK(parse_smart_configuration(R"({"token_endpoint":"https://ehr.example.com/auth/token"})") ==
          "https://ehr.example.com/auth/token");
    CHECK_FALSE(parse_smart_configuration("{}"));
    CHECK_FALSE(parse_smart_configuration("<html>"));
    CHECK_FALSE(parse_smart_configuration(R"({"token_endpoint":["a"]})"));
}

TEST_CASE("the token request is a form", "[smart_token]") {
    // The parameters of SMART App Launch 2.2.0, "Obtain access token".
    CHECK(token_request("system/*.rs x", "aa.bb-c_") ==
          "grant_type=client_credentials&scope=system%2F%2A.rs%20x&client_assertion_type="
          "urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer&client_assertion=aa.bb-c_");
}
