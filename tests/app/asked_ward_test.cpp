#include "asked_ward.hpp"

#include <catch2/catch_test_macros.hpp>

namespace edgeward::app {
namespace {

const Wards wards{[](std::string_view device) { return std::string(device == "monitor-1" ? "ICU" : ""); },
                  [](std::string_view alarm) { return std::string(alarm == "a1" ? "PSY" : ""); }};

std::string ward(std::string method, std::vector<std::string> path, std::string body = {},
                 std::map<std::string, std::string, std::less<>> query = {}) {
    admin::HttpRequest request;
    request.method = std::move(method);
    request.path = std::move(path);
    request.query = std::move(query);
    request.body = std::move(body);
    return asked_ward(request, wards);
}

}  // namespace

TEST_CASE("what a request is about stands in a ward or in none", "[asked_ward]") {
    CHECK(ward("GET", {"v1", "devices", "monitor-1"}) == "ICU");
    CHECK(ward("GET", {"v1", "devices", "monitor-2"}).empty());
    CHECK(ward("GET", {"v1", "placements", "monitor-1"}) == "ICU");
    CHECK(ward("POST", {"v1", "associations"}, R"({"device":"monitor-1"})") == "ICU");
    CHECK(ward("POST", {"v1", "associations", "end"}, R"({"device":"monitor-1"})") == "ICU");
    CHECK(ward("POST", {"v1", "alarms", "a1", "acknowledge"}) == "PSY");
    CHECK(ward("GET", {"v1", "alarms", "a1"}) == "PSY");
    CHECK(ward("POST", {"v1", "stays"}, R"({"bed":"ICU^1^2"})") == "ICU");
    CHECK(ward("POST", {"v1", "stays"}, R"({"patient":{"value":"1","authority":"KIS"}})").empty());
    CHECK(ward("POST", {"v1", "stays"}, "no JSON").empty());
    CHECK(ward("POST", {"v1", "associations"}, R"({"device":7})").empty());
    CHECK(ward("GET", {}).empty());
}

TEST_CASE("only a list that is narrowed is about one ward", "[asked_ward]") {
    CHECK(ward("GET", {"v1", "devices"}, {}, {{"ward", "ICU"}}) == "ICU");
    CHECK(ward("GET", {"v1", "alarms"}, {}, {{"ward", "ICU"}}) == "ICU");
    CHECK(ward("GET", {"v1", "devices"}).empty());
    CHECK(ward("GET", {"v1", "quarantine"}, {}, {{"ward", "ICU"}}).empty());
    CHECK(ward("GET", {"v1", "devices", "monitor-2"}, {}, {{"ward", "ICU"}}).empty());
    admin::HttpRequest request;
    CHECK(in_asked_ward(request, "PSY"));
    request.query.emplace("ward", "ICU");
    CHECK(in_asked_ward(request, "ICU"));
    CHECK_FALSE(in_asked_ward(request, "PSY"));
}

}  // namespace edgeward::app
