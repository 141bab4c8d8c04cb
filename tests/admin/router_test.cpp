#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "router.hpp"

using namespace edgeward;
using admin::Exposure;
using admin::Route;
using admin::Router;

namespace {

Route route(std::string method, std::string pattern, Exposure exposure = Exposure::control) {
    return {std::move(method), std::move(pattern), exposure, admin::Execution::at_once,
            [](const admin::HttpRequest&) { return admin::HttpResponse{}; }};
}

}  // namespace

TEST_CASE("a request finds the route of its method and path", "[router]") {
    const auto router = Router::make({route("GET", "/devices"), route("GET", "/devices/{name}"),
                                      route("POST", "/devices/{name}/retire"), route("GET", "/devices/all")});
    REQUIRE(router);
    CHECK(router->find("GET", {"devices"}, false).route->pattern == "/devices");
    CHECK(router->find("GET", {"devices", "icu 1"}, false).route->pattern == "/devices/{name}");
    CHECK(router->find("POST", {"devices", "x", "retire"}, false).route->pattern == "/devices/{name}/retire");
    CHECK(router->find("GET", {"devices", "all"}, false).route->pattern == "/devices/all");
}

TEST_CASE("a path without that method names the methods it has", "[router]") {
    const auto router = Router::make({route("GET", "/a"), route("DELETE", "/a"), route("POST", "/b")});
    REQUIRE(router);
    const auto match = router->find("TRACE", {"a"}, false);
    CHECK(match.route == nullptr);
    CHECK(match.allow.find("GET, HEAD") != std::string::npos);
    CHECK(match.allow.find("DELETE") != std::string::npos);
    CHECK(match.allow.find("POST") == std::string::npos);
    CHECK(router->find("GET", {"b"}, false).allow == "POST");
}

TEST_CASE("an unknown path allows nothing", "[router]") {
    const auto router = Router::make({route("GET", "/a/{x}")});
    REQUIRE(router);
    for (const std::vector<std::string>& path :
         std::vector<std::vector<std::string>>{{}, {"a"}, {"b", "x"}, {"a", "x", "y"}, {"A", "x"}}) {
        const auto match = router->find("GET", path, false);
        CHECK(match.route == nullptr);
        CHECK(match.allow.empty());
    }
}

TEST_CASE("control routes do not exist for public callers", "[router]") {
    const auto router = Router::make({route("GET", "/health", Exposure::public_https),
                                      route("POST", "/health"), route("GET", "/persons")});
    REQUIRE(router);
    CHECK(router->find("GET", {"health"}, true).route != nullptr);
    CHECK(router->find("POST", {"health"}, true).allow == "GET, HEAD");
    const auto hidden = router->find("GET", {"persons"}, true);
    CHECK(hidden.route == nullptr);
    CHECK(hidden.allow.empty());
}

TEST_CASE("the root path can have a route", "[router]") {
    const auto router = Router::make({route("GET", "/")});
    REQUIRE(router);
    CHECK(router->find("GET", {}, false).route != nullptr);
}

TEST_CASE("routes that cannot be meant are refused", "[router]") {
    using Case = std::vector<std::pair<std::string, std::string>>;
    const Case pairs = GENERATE(values<Case>({
        {{"GET", "devices"}},
        {{"GET", "/a//b"}},
        {{"get", "/a"}},
        {{"", "/a"}},
        {{"HEAD", "/a"}},
        {{"GET", "/a"}, {"GET", "/a"}},
        {{"GET", "/a/{x}"}, {"GET", "/a/{y}"}},
    }));
    admin::Routes routes;
    for (const auto& [method, pattern] : pairs)
        routes.push_back(route(method, pattern));
    const auto router = Router::make(std::move(routes));
    REQUIRE_FALSE(router);
    CHECK(router.error().kind == ErrorKind::misconfigured);
}

TEST_CASE("a route without a handler is refused", "[router]") {
    Route without = route("GET", "/a");
    without.handler = nullptr;
    CHECK_FALSE(Router::make({without}));
}
