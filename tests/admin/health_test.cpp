#include <edgeward/admin/health.hpp>

#include <catch2/catch_test_macros.hpp>

using namespace edgeward;
using namespace edgeward::admin;

TEST_CASE("liveness says live", "[health]") {
    CHECK(live_response().status == 200);
    CHECK(live_response().body == R"({"status":"live"})");
}

TEST_CASE("readiness needs every part", "[health]") {
    const auto ready = ready_response({{"store", true}, {"broker", true}});
    CHECK(ready.status == 200);
    CHECK(ready.body ==
          R"({"status":"ready","parts":[{"part":"store","ready":true},{"part":"broker","ready":true}]})");

    const auto waiting = ready_response({{"store", true}, {"broker", false, "connection refused"}});
    CHECK(waiting.status == 503);
    CHECK(waiting.body == R"({"status":"not ready","parts":[{"part":"store","ready":true},)"
                          R"({"part":"broker","ready":false,"reason":"connection refused"}]})");
}

TEST_CASE("metrics are served in Prometheus text form", "[health]") {
    metrics::Registry registry;
    registry.counter("edgeward_messages_total", "Messages.").add(3);
    const auto response = metrics_response(registry);
    CHECK(response.status == 200);
    CHECK(response.content_type == "text/plain; version=0.0.4; charset=utf-8");
    CHECK(response.body.find("edgeward_messages_total 3") != std::string::npos);
}

TEST_CASE("health routes are public and never wait for the pool", "[health]") {
    const metrics::Registry registry;
    bool up = false;
    const Routes routes = health_routes(
        [&up] {
            return std::vector<PartHealth>{{"store", up, "opening"}};
        },
        registry);
    REQUIRE(routes.size() == 3);
    for (const Route& route : routes) {
        CHECK(route.method == "GET");
        CHECK(route.exposure == Exposure::public_https);
        CHECK(route.execution == Execution::at_once);
    }
    CHECK(routes[0].pattern == "/health/live");
    CHECK(routes[1].pattern == "/health/ready");
    CHECK(routes[2].pattern == "/metrics");
    CHECK(routes[1].handler({}).status == 503);
    up = true;
    CHECK(routes[1].handler({}).status == 200);
}
