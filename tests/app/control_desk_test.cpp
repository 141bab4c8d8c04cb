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
    for (const char* wanted : {"GET /v1/status", "GET /v1/books", "GET /v1/quarantine",
                               "POST /v1/quarantine/replay", "POST /v1/persons", "POST /v1/consents",
                               "GET /v1/audit/export", "GET /v1/configuration", "POST /v1/reload"}) {
        CHECK(seen.contains(wanted));
    }
}

}  // namespace edgeward::app
