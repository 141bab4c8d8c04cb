#include <catch2/catch_test_macros.hpp>

#include "desk.hpp"

namespace edgeward::app {
namespace {

const char* const heart_rate = R"({"t":"2026-11-23T18:48:00Z","p":"4711","hr":62})";
const std::vector<std::string> replay = {"v1", "quarantine", "replay"};

}  // namespace

TEST_CASE("quarantined messages are listed without content", "[control_quarantine]") {
    Desk desk;
    desk.take_in(heart_rate);
    const auto listed = desk.ask("GET", {"v1", "quarantine"});
    REQUIRE(listed.body.at("quarantine").size() == 1);
    const auto& entry = listed.body.at("quarantine").at(0);
    CHECK(entry.at("reason") == "no_mapping");
    CHECK(entry.at("device") == "monitor-1");
    CHECK(listed.body.dump().find("4711") == std::string::npos);
    CHECK(desk.ask("GET", {"v1", "quarantine"}, {}, {{"most", "x"}}).status == 400);
    const auto records = desk.records(audit::Action::quarantine_listed);
    REQUIRE(records.size() == 1);
    CHECK(records.front().count == 1);
}

TEST_CASE("one quarantined message opens and leaves a record", "[control_quarantine]") {
    Desk desk;
    desk.take_in(heart_rate);
    const auto shown = desk.ask("GET", {"v1", "quarantine", "1"});
    REQUIRE(shown.status == 200);
    CHECK(shown.body.at("topic") == "devices/monitor-1/data");
    Bytes payload;
    REQUIRE(from_base64(shown.body.at("payload_base64").get<std::string>(), payload));
    CHECK(text_of(payload) == heart_rate);
    CHECK(desk.records(audit::Action::quarantine_shown).size() == 1);
    CHECK(desk.ask("GET", {"v1", "quarantine", "2"}).status == 400);
    CHECK(desk.ask("GET", {"v1", "quarantine", "one"}).status == 400);
    CHECK(desk.records(audit::Action::quarantine_shown).size() == 1);
}

TEST_CASE("a replay stores what has been mended and leaves the rest", "[control_quarantine]") {
    Desk desk;
    desk.take_in(heart_rate);
    desk.take_in("{");
    const auto early = desk.ask("POST", replay, R"({"ids":[1]})");
    REQUIRE(early.body.at("replayed").size() == 1);
    CHECK(early.body.at("replayed").at(0).at("outcome") == "quarantined");
    CHECK(early.body.at("replayed").at(0).at("reason").get<std::string>().starts_with("no_mapping"));

    desk.pipeline.replace(Desk::catalogue("flat"));
    const auto mended = desk.ask("POST", replay, R"({"reason":"no_mapping"})");
    REQUIRE(mended.status == 200);
    REQUIRE(mended.body.at("replayed").size() == 2);
    std::map<std::uint64_t, std::string> outcomes;
    for (const auto& one : mended.body.at("replayed"))
        outcomes[one.at("id").get<std::uint64_t>()] = one.at("outcome").get<std::string>();
    CHECK(outcomes.at(1) == "stored");
    CHECK(outcomes.at(2) == "quarantined");  // still no JSON
    CHECK(desk.store.reader->inbound_book()->stored == 1);
    CHECK(desk.store.reader->quarantine(10)->size() == 1);
    const auto records = desk.records(audit::Action::quarantine_replayed);
    REQUIRE(records.size() == 1);
    CHECK(records.front().actor == "user:1000");
    CHECK(desk.ask("POST", replay, R"({"reason":"bad_timestamp"})").body.at("replayed").empty());
    CHECK(desk.ask("POST", replay, "{}").body.at("replayed").size() == 1);
}

TEST_CASE("a replay of what is not there is refused", "[control_quarantine]") {
    Desk desk;
    for (const char* body : {"", R"({"ids":1})", R"({"ids":["1"]})", R"({"ids":[-1]})", R"({"id":[1]})",
                             R"({"reason":1})", R"({"ids":[1]})"}) {
        CHECK(desk.ask("POST", replay, body).status == 400);
    }
}

}  // namespace edgeward::app
