#include <catch2/catch_test_macros.hpp>

#include "desk.hpp"

namespace edgeward::app {
namespace {

struct TwoDestinations : Desk {
    TwoDestinations() {
        REQUIRE(store.writer->run([](store::ObservationStore& to) {
            return to.set_destinations({"kis", "lis"});
        }));
        pipeline.replace(catalogue("flat"));
    }
};

}  // namespace

TEST_CASE("destinations are listed with mode and queue", "[control_destinations]") {
    TwoDestinations desk;
    desk.take_in(R"({"t":"2026-11-23T18:48:00Z","p":"4711","hr":62})");
    const auto listed = desk.ask("GET", {"v1", "destinations"});
    REQUIRE(listed.status == 200);
    const auto& all = listed.body.at("destinations");
    REQUIRE(all.size() == 2);
    CHECK(all.at(0).at("name") == "kis");
    CHECK(all.at(0).at("active") == true);
    CHECK(all.at(0).at("mode") == "running");
    CHECK(all.at(0).at("since").is_null());
    CHECK(all.at(0).at("pending") == 1);
    CHECK(all.at(0).at("oldest_pending").is_string());
}

TEST_CASE("a destination is paused, drained and resumed with the caller as actor", "[control_destinations]") {
    TwoDestinations desk;
    const auto mode = [&] {
        return desk.ask("GET", {"v1", "destinations"}).body.at("destinations").at(0).at("mode");
    };
    const std::string why = R"({"reason":"maintenance"})";
    CHECK(desk.ask("POST", {"v1", "destinations", "kis", "pause"}, why).body.at("mode") == "paused");
    CHECK(mode() == "paused");
    CHECK(desk.ask("POST", {"v1", "destinations", "kis", "drain"}, why).status == 200);
    CHECK(mode() == "draining");
    CHECK(desk.ask("POST", {"v1", "destinations", "kis", "resume"}, why).status == 200);
    CHECK(mode() == "running");
    const auto records = desk.records(audit::Action::destination_paused);
    REQUIRE(records.size() == 1);
    CHECK(records.front().actor == "user:1000");
    CHECK(records.front().rule == "maintenance");
}

TEST_CASE("a change without a known reason or destination is refused", "[control_destinations]") {
    TwoDestinations desk;
    for (const char* body : {"", "{}", R"({"reason":"because"})", R"({"why":"other"})", R"({"reason":7})"})
        CHECK(desk.ask("POST", {"v1", "destinations", "kis", "pause"}, body).status == 400);
    CHECK(desk.ask("POST", {"v1", "destinations", "nobody", "pause"}, R"({"reason":"other"})").status == 400);
    CHECK(desk.records(audit::Action::destination_paused).empty());
}

TEST_CASE("a replay counts first and then makes reports pending again", "[control_destinations]") {
    TwoDestinations desk;
    desk.take_in(R"({"t":"2026-11-23T18:48:00Z","p":"4711","hr":62})");
    desk.take_in(R"({"t":"2026-11-23T18:49:00Z","p":"4711","hr":63})");
    store::Settlement delivered;
    delivered.report = 1;
    REQUIRE(
        desk.store.writer->run([&](store::ObservationStore& to) { return to.settle("kis", {delivered}); }));
    const std::vector<std::string> path = {"v1", "destinations", "kis", "replay"};
    const std::string from = to_rfc3339(system_clock().now() - std::chrono::hours(1));
    const std::string until = to_rfc3339(system_clock().now() + std::chrono::hours(1));
    const auto body = [&](bool dry_run) {
        return nlohmann::json{
            {"from", from}, {"until", until}, {"reason", "misdelivery"}, {"dry_run", dry_run}}
            .dump();
    };
    const auto tried = desk.ask("POST", path, body(true));
    REQUIRE(tried.status == 200);
    CHECK(tried.body.at("replayed") == 1);
    CHECK(desk.store.reader->destination_books()->at("kis").delivered == 1);
    CHECK(desk.records(audit::Action::reports_replayed).empty());
    CHECK(desk.ask("POST", path, body(false)).body.at("replayed") == 1);
    const auto book = desk.store.reader->destination_books()->at("kis");
    CHECK(book.delivered == 0);
    CHECK(book.pending == 2);
    CHECK(desk.records(audit::Action::reports_replayed).size() == 1);
    CHECK(desk.ask("POST", path, body(false)).body.at("replayed") == 0);

    const nlohmann::json turned = {{"from", until}, {"until", from}, {"reason", "other"}};
    CHECK(desk.ask("POST", path, turned.dump()).message() == "until: expected a time after `from`");
    CHECK(desk.ask("POST", path, R"({"from":"yesterday","until":"now","reason":"other"})").status == 400);
    CHECK(desk.ask("POST", {"v1", "destinations", "nobody", "replay"}, body(true)).status == 400);
}

}  // namespace edgeward::app
