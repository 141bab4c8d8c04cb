#include "described_routes.hpp"

#include <catch2/catch_test_macros.hpp>

namespace edgeward::app {
namespace {

bool takes(const char* pattern, const char* body) {
    const auto all = message_descriptions();
    const auto* route = admin::find_description(all, "POST", pattern);
    REQUIRE(route != nullptr);
    return admin::expect_form(route->body, nlohmann::json::parse(body), "body").has_value();
}

}  // namespace

// Bodies: docs/control-api.md.
TEST_CASE("dead letters are retried by number, or all of them", "[described_messages]") {
    constexpr auto retry = "/v1/dead-letters/{destination}/retry";
    CHECK(takes(retry, "{}"));
    CHECK(takes(retry, R"({"reports":[1,9223372036854775807]})"));
    for (const char* wrong : {R"({"reports":[]})", R"({"reports":[-1]})", R"({"reports":["1"]})",
                              R"({"reports":[9223372036854775808]})", R"({"reports":1})"})
        CHECK_FALSE(takes(retry, wrong));
}

TEST_CASE("held messages are named by number or reason", "[described_messages]") {
    constexpr auto replay = "/v1/quarantine/replay";
    CHECK(takes(replay, "{}"));
    CHECK(takes(replay, R"({"ids":[1,2]})"));
    CHECK(takes(replay, R"({"reason":"no_association"})"));
    CHECK_FALSE(takes(replay, R"({"ids":[1.5]})"));
    CHECK(takes("/v1/quarantine/{id}/assign", R"({"patient":{"value":"1","authority":"KIS"}})"));
    CHECK_FALSE(takes("/v1/quarantine/{id}/assign", R"({"patient":{"value":"1"}})"));
}

}  // namespace edgeward::app
