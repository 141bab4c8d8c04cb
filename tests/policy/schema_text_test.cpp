#include <edgeward/policy/policy_files.hpp>

#include <catch2/catch_test_macros.hpp>

#include "support/program.hpp"
#include "support/shipped_policy.hpp"

using namespace edgeward;
using namespace edgeward::policy;

TEST_CASE("the schema file other tools read says what the gateway's schema says", "[schema_text]") {
    CHECK(support::text_of_file(support::shipped_policies() / "edgeward.cedarschema.json") == schema_text());
}

TEST_CASE("administrative actions are those a user can ask for", "[schema_text]") {
    const auto names = administrative_actions();
    const auto has = [&](const std::string& name) {
        return std::find(names.begin(), names.end(), name) != names.end();
    };
    CHECK(has("export-audit"));
    CHECK(has("administer"));
    CHECK_FALSE(has("disclose"));
    CHECK_FALSE(has("observe"));  // a group
}
