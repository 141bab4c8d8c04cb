#include "schema.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace edgeward::policy;

TEST_CASE("actions belong to their groups and those to everything", "[schema]") {
    const Schema& schema = gateway_schema();
    CHECK(schema.action_belongs("export-audit", "audit"));
    CHECK(schema.action_belongs("export-audit", "administer"));
    CHECK(schema.action_belongs("administer", "administer"));
    CHECK_FALSE(schema.action_belongs("export-audit", "operate"));
    CHECK_FALSE(schema.action_belongs("disclose", "administer"));
    CHECK_FALSE(schema.action_belongs("audit", "export-audit"));
}

TEST_CASE("users belong to roles only", "[schema]") {
    CHECK(gateway_schema().type_belongs("User", "Role"));
    CHECK(gateway_schema().type_belongs("User", "User"));
    CHECK_FALSE(gateway_schema().type_belongs("Destination", "Role"));
}

TEST_CASE("whatever an action names is in the schema", "[schema]") {
    const Schema& schema = gateway_schema();
    for (const auto& action : schema.actions) {
        INFO(action.name);
        for (const auto& group : action.member_of)
            CHECK(schema.action(group) != nullptr);
        if (action.principal.empty()) continue;
        CHECK(schema.entity(action.principal) != nullptr);
        CHECK(schema.entity(action.resource) != nullptr);
    }
}
