#include <catch2/catch_test_macros.hpp>

#include "desk.hpp"

namespace edgeward::app {

TEST_CASE("devices are listed with what is known of them", "[control_devices]") {
    Desk desk;
    desk.pipeline.replace(Desk::catalogue("flat"));
    const auto unseen = desk.ask("GET", {"v1", "devices"});
    REQUIRE(unseen.status == 200);
    REQUIRE(unseen.body.at("devices").size() == 1);
    CHECK(unseen.body.at("devices").at(0).at("device") == "monitor-1");
    CHECK(unseen.body.at("devices").at(0).at("received").is_null());
    desk.take_in(R"({"t":"2026-11-23T18:48:00Z","p":"4711","hr":62})");
    const auto seen = desk.ask("GET", {"v1", "devices"}).body.at("devices").at(0);
    CHECK(seen.at("received").is_string());
    CHECK(seen.at("conditions").empty());
    CHECK(seen.at("sequence").is_null());
    CHECK(seen.at("learned_rate").is_null());
    CHECK(seen.dump().find("4711") == std::string::npos);
}

TEST_CASE("one device is shown with its place and mapping", "[control_devices]") {
    Desk desk;
    desk.pipeline.replace(Desk::catalogue("flat"));
    auto shown = desk.ask("GET", {"v1", "devices", "monitor-1"});
    REQUIRE(shown.status == 200);
    CHECK(shown.body.at("mapping") == "flat");
    CHECK(shown.body.at("ward") == "");
    CHECK(shown.body.at("certificates").empty());  // in the list is the newest alone
    shown.body.erase("certificates");
    CHECK(desk.ask("GET", {"v1", "devices"}).body.at("devices").at(0) == shown.body);
    CHECK(desk.ask("GET", {"v1", "devices", "nobody"}).message() == "no such device");
}

}  // namespace edgeward::app
