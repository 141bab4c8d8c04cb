#include "gateway_parts.hpp"

#include <catch2/catch_test_macros.hpp>

#include <edgeward/admin/control_client.hpp>

#include "installation.hpp"

namespace edgeward::app {
namespace {

LoadedConfiguration loaded_from(const Installation& here) {
    auto loaded = load_configuration(here.config());
    for (const auto& problem : loaded.problems)
        UNSCOPED_INFO(problem.to_string());
    REQUIRE(loaded.problems.empty());
    return loaded;
}

unsigned status_of(const Installation& here, std::string_view target) {
    const auto response = admin::control_request(here.socket(), "GET", target);
    return response ? response->status : 0;
}

}  // namespace

TEST_CASE("a gateway without its broker is live and not ready and stops cleanly", "[gateway]") {
    const Installation here;
    here.set("mqtt", "port", "1");  // nobody listens there
    here.set("admin", "port", "0");
    auto gateway = Gateway::open(loaded_from(here), here.config());
    REQUIRE(gateway);
    REQUIRE((*gateway)->start());
    CHECK(status_of(here, "/health/live") == 200);
    CHECK(status_of(here, "/health/ready") == 503);
    CHECK(status_of(here, "/metrics") == 200);
    REQUIRE(support::eventually([&] { return !(*gateway)->health().back().reason.empty(); }));
    for (const auto& part : (*gateway)->health())
        CHECK(part.ready == (part.part != "mqtt"));
    (*gateway)->maintain();
    (*gateway)->stop();
    CHECK(status_of(here, "/health/live") == 0);
}

}  // namespace edgeward::app
