#include "described_routes.hpp"

#include <catch2/catch_test_macros.hpp>

namespace edgeward::app {

// docs/control-api.md, By HTTPS.
TEST_CASE("who signs in shows one thing after the other", "[described_accounts]") {
    const auto all = account_descriptions();
    const auto session_of = [&](const char* method, const char* pattern) {
        const auto* route = admin::find_description(all, method, pattern);
        REQUIRE(route != nullptr);
        return route->session;
    };
    using admin::Session;
    CHECK(session_of("POST", "/v1/session") == Session::none);
    CHECK(session_of("POST", "/v1/session/first") == Session::none);
    CHECK(session_of("GET", "/v1/session") == Session::half);
    CHECK(session_of("DELETE", "/v1/session") == Session::half);
    CHECK(session_of("POST", "/v1/session/second-factor") == Session::half);
    CHECK(session_of("POST", "/v1/session/second-factor/enrolment") == Session::half);
    CHECK(session_of("POST", "/v1/session/password") == Session::whole);
    for (const auto& route : all) {
        if (route.method == "POST" && route.pattern.starts_with("/v1/users"))
            CHECK(route.session == Session::fresh);
    }
}

TEST_CASE("an account has at most six roles and one ward", "[described_accounts]") {
    const auto all = account_descriptions();
    const auto* add = admin::find_description(all, "POST", "/v1/users");
    REQUIRE(add != nullptr);
    const auto takes = [&](const char* body) {
        return admin::expect_form(add->body, nlohmann::json::parse(body), "body").has_value();
    };
    CHECK(takes(R"({"user":"kim","roles":["a","b","c","d","e","f"],"ward":"ICU"})"));
    CHECK(takes(R"({"user":"kim","roles":[]})"));
    CHECK_FALSE(takes(R"({"user":"kim","roles":["a","b","c","d","e","f","g"]})"));
    CHECK_FALSE(takes(R"({"user":"kim","roles":"a"})"));
    CHECK_FALSE(takes(R"({"roles":[]})"));
}

}  // namespace edgeward::app
