#include "described_routes.hpp"

#include <catch2/catch_test_macros.hpp>

namespace edgeward::app {

TEST_CASE("looking at the gateway changes nothing, and changing it wants a fresh second factor",
          "[described_state]") {
    for (const auto& route : state_descriptions()) {
        INFO(route.pattern);
        if (route.method == "POST" && route.pattern != "/v1/backups/verify")
            CHECK(route.session == admin::Session::fresh);
    }
}

// docs/control-api.md, Status.
TEST_CASE("books are asked for by device, destination and depth", "[described_state]") {
    const auto all = state_descriptions();
    const auto* books = admin::find_description(all, "GET", "/v1/books");
    REQUIRE(books != nullptr);
    const auto asked = [&](const nlohmann::json& query) {
        return admin::expect_form(books->query, query, "query").has_value();
    };
    CHECK(asked({}) == false);  // null is no query
    CHECK(asked(nlohmann::json::object()));
    CHECK(asked({{"device", "monitor-1"}, {"destination", "kis"}, {"depth", "rows"}}));
    CHECK_FALSE(asked({{"depth", "everything"}}));
}

TEST_CASE("the document is there without a session", "[described_state]") {
    const auto all = state_descriptions();
    const auto* document = admin::find_description(all, "GET", "/v1/openapi.json");
    REQUIRE(document != nullptr);
    CHECK(document->session == admin::Session::none);
    CHECK(document->action.empty());
}

}  // namespace edgeward::app
