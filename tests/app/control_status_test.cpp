#include <catch2/catch_test_macros.hpp>

#include <limits>

#include <edgeward/database/database.hpp>

#include "desk.hpp"
#include "support/shipped_policy.hpp"

namespace edgeward::app {

TEST_CASE("the status names every part and is ready only when all are", "[control_status]") {
    Desk desk;
    auto status = desk.ask("GET", {"v1", "status"});
    REQUIRE(status.status == 200);
    CHECK(status.body.at("version") == EDGEWARD_VERSION);
    CHECK(status.body.at("ready") == true);
    CHECK(status.body.at("persons") == 0);
    CHECK(status.body.at("destinations").empty());

    desk.health = {{"store", true, {}}, {"mqtt", false, "the broker does not answer"}};
    REQUIRE(desk.vault->subject_of({"4711", "KIS", "MR"}));
    status = desk.ask("GET", {"v1", "status"});
    CHECK(status.body.at("ready") == false);
    CHECK(status.body.at("parts").at(1).at("reason") == "the broker does not answer");
    CHECK(status.body.at("persons") == 1);
    CHECK(status.body.at("audit").at("sequence") == desk.store.reader->chain()->sequence);
}

TEST_CASE("a destination in trouble is told apart from the gateway", "[control_status]") {
    Desk desk;
    delivery::DestinationSettings kis;
    kis.name = "kis";
    kis.domain = "kis";
    kis.legal_basis = "art9-2h";
    kis.level = model::IdentityLevel::identified;
    delivery::Hl7Form form;
    form.message.authorities["KIS"] = {"KIS", {}, {}};
    kis.form = form;
    desk.peer->set_judge([](const auto&) { return delivery::refuse(ErrorKind::unavailable); });
    REQUIRE(desk.delivery.apply({{kis}, device::DeviceRegistry(Desk::devices()), support::shipped_policy()}));
    const auto destination = [&] { return desk.ask("GET", {"v1", "status"}).body.at("destinations").at(0); };
    CHECK(destination().at("name") == "kis");
    CHECK(destination().at("kind") == "hl7");
    CHECK(destination().at("identity_level") == "identified");
    CHECK(destination().at("answering") == true);
    desk.pipeline.replace(Desk::catalogue("flat"));
    desk.take_in(R"({"t":"2026-11-23T18:48:00Z","p":"4711","hr":62})");
    desk.delivery.wake();
    REQUIRE(support::eventually([&] { return destination().at("answering") == false; }));
    CHECK(destination().at("trouble").get<std::string>().find("refused by the test") != std::string::npos);
    CHECK(desk.ask("GET", {"v1", "status"}).body.at("ready") == true);
}

TEST_CASE("the books balance and can be asked for one device", "[control_status]") {
    Desk desk;
    REQUIRE(desk.store.writer->run([](store::ObservationStore& to) { return to.set_destinations({"kis"}); }));
    desk.take_in("{");
    desk.pipeline.replace(Desk::catalogue("flat"));
    desk.take_in(R"({"t":"2026-11-23T18:48:00Z","p":"4711","hr":62})");
    const auto books = desk.ask("GET", {"v1", "books"});
    const auto& inbound = books.body.at("inbound");
    CHECK(inbound.at("received") == 2);
    CHECK(inbound.at("stored") == 1);
    CHECK(inbound.at("quarantined_by_reason").at("no_mapping") == 1);
    CHECK(inbound.at("balanced") == true);
    const auto& kis = books.body.at("destinations").at("kis");
    CHECK(kis.at("offered") == 1);
    CHECK(kis.at("pending") == 1);
    CHECK(kis.at("oldest_pending").is_string());
    CHECK(kis.at("balanced") == true);
    CHECK(desk.ask("GET", {"v1", "books"}, {}, {{"device", "monitor-1"}}).body.at("inbound").at("received") ==
          2);
    CHECK(desk.ask("GET", {"v1", "books"}, {}, {{"device", "other"}}).body.at("inbound").at("received") == 0);
}

TEST_CASE("the books can be narrowed to a device and to a destination", "[control_status]") {
    Desk desk;
    REQUIRE(desk.store.writer->run([](store::ObservationStore& to) {
        return to.set_destinations({"kis", "research"});
    }));
    desk.take_in("{");
    const auto all = desk.ask("GET", {"v1", "books"}).body;
    CHECK(all.at("devices").at("monitor-1").at("quarantined") == 1);
    CHECK(all.at("destinations").size() == 2);
    CHECK(all.at("balanced") == true);
    CHECK(all.at("recounted") == false);
    CHECK(all.at("as_of") == desk.store.reader->chain()->sequence);
    const auto one = desk.ask("GET", {"v1", "books"}, {}, {{"destination", "kis"}}).body;
    CHECK(one.at("destinations").size() == 1);
    CHECK(desk.ask("GET", {"v1", "books"}, {}, {{"destination", "lis"}}).message() == "no such destination");
    CHECK(desk.ask("GET", {"v1", "books"}, {}, {{"depth", "all"}}).status == 400);
}

TEST_CASE("a recount that finds a difference leaves an audit record of the asker", "[control_status]") {
    Desk desk;
    REQUIRE(desk.store.writer->run([](store::ObservationStore& to) { return to.set_destinations({"kis"}); }));
    desk.pipeline.replace(Desk::catalogue("flat"));
    desk.take_in(R"({"t":"2026-11-23T18:48:00Z","p":"4711","hr":62})");
    auto asked = desk.ask("GET", {"v1", "books"}, {}, {{"depth", "rows"}}).body;
    CHECK(asked.at("recounted") == true);
    CHECK(asked.at("balanced") == true);
    CHECK(desk.records(audit::Action::books_differ).empty());
    auto raw =
        database::Connection::open(desk.folder.path() / "store.db", *desk.keys.key(crypto::key_name::store),
                                   database::Access::read_write);
    REQUIRE(raw->execute("DELETE FROM delivery"));
    CHECK(desk.ask("GET", {"v1", "books"}).body.at("balanced") == true);
    asked = desk.ask("GET", {"v1", "books"}, {}, {{"depth", "rows"}}).body;
    CHECK(asked.at("balanced") == false);
    CHECK(asked.at("differences").at(0) ==
          nlohmann::json{{"book", "destination kis"}, {"line", "offered"}, {"kept", 1}, {"counted", 0}});
    const auto records = desk.records(audit::Action::books_differ);
    REQUIRE(records.size() == 2);
    CHECK(records[0].actor == "user:1000");
    CHECK(records[0].outcome == audit::Outcome::failure);
    CHECK(records[0].object == "destination kis");
    CHECK(records[0].rule == "offered: books 1, counted 0");
}

TEST_CASE("the status says how long the disk lasts", "[control_status]") {
    Desk desk;
    desk.disk = {{1000, 600, 50}, 100, false, 2.5, 200.0};
    auto disk = desk.ask("GET", {"v1", "status"}).body.at("disk");
    CHECK(disk.at("room") == 600);
    CHECK(disk.at("stops_below") == 100);
    CHECK(disk.at("intake_stopped") == false);
    CHECK(disk.at("octets_per_second") == 2.5);
    CHECK(disk.at("seconds_left") == 200.0);
    desk.disk.seconds_left = std::numeric_limits<double>::infinity();
    disk = desk.ask("GET", {"v1", "status"}).body.at("disk");
    CHECK(disk.at("seconds_left").is_null());
}

}  // namespace edgeward::app
