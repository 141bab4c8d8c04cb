#include "control_desk.hpp"

#include <catch2/catch_test_macros.hpp>

#include <set>

#include "desk.hpp"

namespace edgeward::app {

TEST_CASE("every route is for the control socket alone and there once", "[control_desk]") {
    Desk desk;
    std::set<std::string> seen;
    for (const auto& route : desk.routes) {
        CHECK(route.exposure == admin::Exposure::control);
        CHECK(route.execution == admin::Execution::on_pool);  // handlers wait for the store
        CHECK(seen.insert(route.method + " " + route.pattern).second);
    }
    for (const char* wanted :
         {"GET /v1/status", "GET /v1/books", "GET /v1/quarantine", "POST /v1/quarantine/replay",
          "POST /v1/persons", "POST /v1/consents", "GET /v1/audit/export", "POST /v1/reload"}) {
        CHECK(seen.contains(wanted));
    }
}

TEST_CASE("a reload says whether the new configuration was taken over", "[control_desk]") {
    Desk desk;
    CHECK(desk.ask("POST", {"v1", "reload"}).body.at("reloaded") == true);
    desk.reload = failure(ErrorKind::invalid_input, "edgeward.toml:1:1: wrong");
    const auto refused = desk.ask("POST", {"v1", "reload"});
    CHECK(refused.status == 400);
    CHECK(refused.message() == "edgeward.toml:1:1: wrong");
}

}  // namespace edgeward::app
