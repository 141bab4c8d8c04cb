#include "described_routes.hpp"

#include <catch2/catch_test_macros.hpp>

namespace edgeward::app {
namespace {

bool takes(const char* pattern, const char* body) {
    const auto all = equipment_descriptions();
    const auto* route = admin::find_description(all, "POST", pattern);
    REQUIRE(route != nullptr);
    return admin::expect_form(route->body, nlohmann::json::parse(body), "body").has_value();
}

}  // namespace

// Bodies: docs/control-api.md.
TEST_CASE("what is said of a destination has a reason that is known", "[described_equipment]") {
    for (const char* pattern :
         {"/v1/destinations/{destination}/pause", "/v1/destinations/{destination}/drain",
          "/v1/destinations/{destination}/resume"}) {
        for (const char* reason :
             {"maintenance", "receiver_fault", "network", "misdelivery", "decommissioning", "other"})
            CHECK(takes(pattern, (std::string(R"({"reason":")") + reason + R"("})").c_str()));
        CHECK_FALSE(takes(pattern, R"({"reason":"because"})"));
    }
}

TEST_CASE("an alarm is silent for a day at most", "[described_equipment]") {
    CHECK(takes("/v1/alarms/{alarm}/silence", R"({"seconds":86400})"));
    CHECK_FALSE(takes("/v1/alarms/{alarm}/silence", R"({"seconds":86401})"));
}

TEST_CASE("a token is valid for a minute to ninety days", "[described_equipment]") {
    CHECK(takes("/v1/device-tokens", R"({"device":"pump-1","class":"pump","ward":"ICU 2","seconds":60})"));
    CHECK(takes("/v1/device-tokens", R"({"seconds":7776000})"));
    CHECK_FALSE(takes("/v1/device-tokens", R"({"seconds":59})"));
    CHECK_FALSE(takes("/v1/device-tokens", R"({"seconds":7776001})"));
    CHECK_FALSE(takes("/v1/device-tokens", R"({"again":true})"));
    CHECK(takes("/v1/device-requests/{number}/approve", R"({"device":"pump-1","again":true})"));
}

}  // namespace edgeward::app
