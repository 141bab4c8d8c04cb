#include "control_traffic.hpp"

#include <catch2/catch_test_macros.hpp>

#include "access_gate.hpp"
#include "desk.hpp"

namespace edgeward::app {

TEST_CASE("the last minutes are numbers by device and destination", "[control_traffic]") {
    Desk desk;
    REQUIRE(desk.store.writer->run([](store::ObservationStore& to) { return to.set_destinations({"kis"}); }));
    desk.pipeline.replace(Desk::catalogue("flat"));
    TrafficHistory history(*desk.store.reader, desk.clock);
    history.look();
    desk.take_in(R"({"t":"2026-11-23T18:48:00Z","p":"4711","hr":62})");
    desk.clock.pass(std::chrono::seconds(10));
    history.look();
    const auto routes = traffic_routes(history);
    REQUIRE(routes.size() == 1);
    CHECK(routes.front().exposure == admin::Exposure::control);
    CHECK(action_of(routes.front().method, routes.front().pattern) == "read-books");
    const auto answer = nlohmann::json::parse(routes.front().handler({}).body);
    CHECK(answer.at("until") == "2026-11-23T12:00:10.000Z");
    CHECK(answer.at("seconds") == nlohmann::json{10.0});
    CHECK(answer.at("received").at("monitor-1") == nlohmann::json{1});
    CHECK(answer.at("destinations").at("kis").at("pending") == nlohmann::json{1});
    CHECK(answer.at("destinations").at("kis").at("delivered") == nlohmann::json{0});
    CHECK(answer.dump().find("4711") == std::string::npos);
}

}  // namespace edgeward::app
