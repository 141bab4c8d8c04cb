#include "control_alarms.hpp"

#include <catch2/catch_test_macros.hpp>

#include "notification/sink.hpp"

namespace edgeward::app {
namespace {

using nlohmann::json;

struct Asked {
    unsigned status;
    json body;
};

struct Ward : notification::House {
    Asked ask(const std::string& method, std::vector<std::string> path, const std::string& body = {}) {
        const auto matches = [&](const admin::Route& route) {
            const auto depth =
                static_cast<std::size_t>(std::count(route.pattern.begin(), route.pattern.end(), '/'));
            const auto last = route.pattern.substr(route.pattern.rfind('/') + 1);
            return route.method == method && depth == path.size() &&
                   (last == path.back() || last.starts_with('{'));
        };
        const auto routes = alarm_routes({off ? nullptr : service.get(), *store.writer, system_clock()});
        const auto route = std::find_if(routes.begin(), routes.end(), matches);
        REQUIRE(route != routes.end());
        admin::HttpRequest request;
        request.method = method;
        request.path = std::move(path);
        request.body = body;
        request.peer_uid = 1000;
        const auto response = route->handler(request);
        return {response.status, json::parse(response.body)};
    }
    bool off = false;
};

}  // namespace

TEST_CASE("alarms are listed and shown with their values, and that leaves records", "[control_alarms]") {
    Ward ward;
    CHECK(ward.ask("GET", {"v1", "alarms"}).body.at("alarms").empty());
    (void)ward.see(1, "80");
    const auto listed = ward.ask("GET", {"v1", "alarms"});
    REQUIRE(listed.status == 200);
    CHECK(listed.body.at("note").get<std::string>().find("Not the primary alarm") != std::string::npos);
    const auto one = listed.body.at("alarms").at(0);
    CHECK(one.at("rule") == "spo2-low");
    CHECK(one.at("text") == "SpO2 low");
    CHECK(one.at("bed") == "07");
    CHECK(one.at("values").at(0).at("value") == "80");
    CHECK(one.dump().find("4711") == std::string::npos);
    const auto shown = ward.ask("GET", {"v1", "alarms", one.at("alarm")});
    CHECK(shown.body.at("note") == listed.body.at("note"));
    CHECK(ward.ask("GET", {"v1", "alarms", "none"}).status == 400);
    CHECK(ward.recorded("user:1000 alarms_listed success"));
}

TEST_CASE("whoever acknowledges is named", "[control_alarms]") {
    Ward ward;
    (void)ward.see(1, "80");
    const std::string id = ward.service->alarms().at(0).id;
    CHECK(ward.ask("POST", {"v1", "alarms", id, "acknowledge"}).status == 200);
    CHECK(ward.ask("GET", {"v1", "alarms", id}).body.at("by") == "user:1000");
    CHECK(ward.ask("GET", {"v1", "alarms", id}).body.at("state") == "acknowledged");
    CHECK(ward.ask("POST", {"v1", "alarms", "none", "acknowledge"}).status == 400);
}

TEST_CASE("an alarm is silenced for a day at most", "[control_alarms]") {
    Ward ward;
    (void)ward.see(1, "80");
    const std::string id = ward.service->alarms().at(0).id;
    CHECK(ward.ask("POST", {"v1", "alarms", id, "silence"}, R"({"seconds":60})").status == 200);
    CHECK(ward.ask("GET", {"v1", "alarms", id}).body.at("silent_until").is_string());
    for (const char* bad :
         {R"({"seconds":0})", R"({"seconds":86401})", R"({"seconds":"60"})", R"({})", R"({"s":1})"}) {
        CAPTURE(bad);
        CHECK(ward.ask("POST", {"v1", "alarms", id, "silence"}, bad).status == 400);
    }
}

TEST_CASE("without alarms it is said that they are not enabled", "[control_alarms]") {
    Ward ward;
    ward.off = true;
    for (const char* verb : {"acknowledge", "silence"})
        CHECK(ward.ask("POST", {"v1", "alarms", "7", verb}, "{}").status == 400);
    const auto listed = ward.ask("GET", {"v1", "alarms"});
    CHECK(listed.status == 400);
    CHECK(listed.body.at("message") == "alarms are not enabled (alarm.enabled)");
    CHECK(ward.ask("GET", {"v1", "alarms", "7"}).status == 400);
}

TEST_CASE("alarms are counted without naming anybody and without a record", "[control_alarms]") {
    Ward ward;
    const auto none = ward.ask("GET", {"v1", "alarms", "count"}).body;
    CHECK(none.at("enabled") == true);
    CHECK(none.at("active") == json{{"high", 0}, {"medium", 0}, {"low", 0}});
    CHECK(none.at("newest").is_null());
    (void)ward.see(1, "80");
    const auto one = ward.ask("GET", {"v1", "alarms", "count"}).body;
    CHECK(one.at("active").at("high") == 1);
    CHECK(one.at("oldest_active").is_string());
    CHECK(one.at("newest").is_string());
    const std::string id = ward.service->alarms().at(0).id;
    CHECK(ward.ask("POST", {"v1", "alarms", id, "acknowledge"}).status == 200);
    const auto taken = ward.ask("GET", {"v1", "alarms", "count"}).body;
    CHECK(taken.at("active").at("high") == 0);
    CHECK(taken.at("acknowledged") == 1);
    CHECK(taken.at("oldest_active").is_null());
    CHECK_FALSE(ward.recorded("user:1000 alarms_listed success"));
    ward.off = true;
    CHECK(ward.ask("GET", {"v1", "alarms", "count"}).body.at("enabled") == false);
}

}  // namespace edgeward::app
