#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "router.hpp"
#include "support/described.hpp"

using namespace edgeward;
using admin::Entrance;
using admin::Exposure;
using admin::Route;
using admin::Router;

namespace {

Route route(std::string method, std::string pattern, Exposure exposure = Exposure::control) {
    return support::described({std::move(method), std::move(pattern), exposure, admin::Execution::at_once,
                               [](const admin::HttpRequest&) { return admin::HttpResponse{}; }});
}

}  // namespace

TEST_CASE("a request finds the route of its method and path", "[router]") {
    const auto router = Router::make({route("GET", "/devices"), route("GET", "/devices/{name}"),
                                      route("POST", "/devices/{name}/retire"), route("GET", "/devices/all")});
    REQUIRE(router);
    CHECK(router->find("GET", {"devices"}, Entrance::control_socket).route->pattern == "/devices");
    CHECK(router->find("GET", {"devices", "icu 1"}, Entrance::control_socket).route->pattern ==
          "/devices/{name}");
    CHECK(router->find("POST", {"devices", "x", "retire"}, Entrance::control_socket).route->pattern ==
          "/devices/{name}/retire");
    CHECK(router->find("GET", {"devices", "all"}, Entrance::control_socket).route->pattern == "/devices/all");
}

TEST_CASE("a path without that method names the methods it has", "[router]") {
    const auto router = Router::make({route("GET", "/a"), route("DELETE", "/a"), route("POST", "/b")});
    REQUIRE(router);
    const auto match = router->find("TRACE", {"a"}, Entrance::control_socket);
    CHECK(match.route == nullptr);
    CHECK(match.allow.find("GET, HEAD") != std::string::npos);
    CHECK(match.allow.find("DELETE") != std::string::npos);
    CHECK(match.allow.find("POST") == std::string::npos);
    CHECK(router->find("GET", {"b"}, Entrance::control_socket).allow == "POST");
}

TEST_CASE("an unknown path allows nothing", "[router]") {
    const auto router = Router::make({route("GET", "/a/{x}")});
    REQUIRE(router);
    for (const std::vector<std::string>& path :
         std::vector<std::vector<std::string>>{{}, {"a"}, {"b", "x"}, {"a", "x", "y"}, {"A", "x"}}) {
        const auto match = router->find("GET", path, Entrance::control_socket);
        CHECK(match.route == nullptr);
        CHECK(match.allow.empty());
    }
}

TEST_CASE("control routes do not exist for public callers", "[router]") {
    const auto router = Router::make({route("GET", "/health", Exposure::public_https),
                                      route("POST", "/health"), route("GET", "/persons")});
    REQUIRE(router);
    CHECK(router->find("GET", {"health"}, Entrance::https).route != nullptr);
    CHECK(router->find("POST", {"health"}, Entrance::https).allow == "GET, HEAD");
    const auto hidden = router->find("GET", {"persons"}, Entrance::https);
    CHECK(hidden.route == nullptr);
    CHECK(hidden.allow.empty());
}

TEST_CASE("each entrance leads to the routes that are meant for it", "[router]") {
    const auto router = Router::make({route("GET", "/health", Exposure::public_https),
                                      route("GET", "/persons", Exposure::control),
                                      route("GET", "/session", Exposure::session)});
    REQUIRE(router);
    const auto reaches = [&](Entrance entrance, const char* path) {
        return router->find("GET", {path}, entrance).route != nullptr;
    };
    for (const auto entrance : {Entrance::control_socket, Entrance::https, Entrance::api}) {
        CHECK(reaches(entrance, "health"));
        CHECK(reaches(entrance, "persons") == (entrance != Entrance::https));
        CHECK(reaches(entrance, "session") == (entrance == Entrance::api));
    }
}

TEST_CASE("the root path can have a route", "[router]") {
    const auto router = Router::make({route("GET", "/")});
    REQUIRE(router);
    CHECK(router->find("GET", {}, Entrance::control_socket).route != nullptr);
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

TEST_CASE("a route that nothing describes is refused", "[router]") {
    Route without = route("GET", "/a");
    without.description = nullptr;
    CHECK_FALSE(Router::make({without}));
    Route another = route("GET", "/a");
    another.description = route("GET", "/b").description;
    CHECK_FALSE(Router::make({another}));
    another.description = route("POST", "/a").description;
    const auto refused = Router::make({another});
    REQUIRE_FALSE(refused);
    CHECK(refused.error().kind == ErrorKind::misconfigured);
    CHECK(refused.error().message == "nothing describes the route GET /a");
}
