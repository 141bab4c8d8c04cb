#include <catch2/catch_test_macros.hpp>

#include <nlohmann/json.hpp>

#include <edgeward/admin/control_client.hpp>

#include "gateway.hpp"
#include "installation.hpp"

namespace edgeward::app {
namespace {

admin::HttpResponse ask(const Installation& here, std::string_view target) {
    auto response = admin::control_request(here.socket(), "GET", target);
    REQUIRE(response);
    return *std::move(response);
}

}  // namespace

TEST_CASE("every subject of the control API is answered by the running gateway", "[gateway_routes]") {
    const Installation here;
    here.set("mqtt", "port", "1");
    here.set("admin", "port", "0");
    auto gateway = Gateway::open(load_configuration(here.config()), here.config());
    REQUIRE(gateway);
    REQUIRE((*gateway)->start());
    for (const auto* target :
         {"/health/live", "/v1/status", "/v1/books", "/v1/traffic", "/v1/configuration", "/v1/dataflow",
          "/v1/evidence", "/v1/devices", "/v1/destinations", "/v1/quarantine", "/v1/alarms/count",
          "/v1/erasures", "/v1/backups", "/v1/audit/key"}) {
        INFO(target);
        CHECK(ask(here, target).status == 200);
    }
    const auto flow = nlohmann::json::parse(ask(here, "/v1/dataflow").body);
    CHECK(flow.at("sources").at(0).at("name") == "mqtt");
    // People's pages and sessions are of HTTPS alone.
    CHECK(ask(here, "/").status == 404);
    CHECK(ask(here, "/v1/session").status == 404);
    (*gateway)->stop();
}

}  // namespace edgeward::app
