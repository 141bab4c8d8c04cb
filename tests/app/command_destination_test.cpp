#include <catch2/catch_test_macros.hpp>

#include "installation.hpp"

namespace edgeward::app {

TEST_CASE("destinations are listed and changed and replayed to", "[command_destination]") {
    const Installation here;
    CannedDaemon daemon(here);
    const nlohmann::json paused = {{"name", "kis"},         {"active", true},
                                   {"mode", "paused"},      {"since", "2026-11-23T18:00:00.000Z"},
                                   {"actor", "user:0"},     {"reason", "maintenance"},
                                   {"pending", 12},         {"parked", 2},
                                   {"dead_lettered", 1},    {"answering", false},
                                   {"trouble", "no answer"}};
    const nlohmann::json gone = {{"name", "old"}, {"active", false}, {"mode", "running"}, {"since", nullptr}};
    daemon.answers("GET", "/v1/destinations", {{"destinations", {paused, gone}}});
    daemon.answers("POST", "/v1/destinations/{destination}/pause", {{"mode", "paused"}});
    daemon.answers("POST", "/v1/destinations/{destination}/drain", {{"mode", "draining"}});
    daemon.answers("POST", "/v1/destinations/{destination}/resume", {{"mode", "running"}});
    daemon.answers("POST", "/v1/destinations/{destination}/replay", {{"replayed", 3}, {"dry_run", true}});
    daemon.start();

    const auto listed = here.run({"destination", "list"});
    CHECK(listed.code == exit_success);
    CHECK(contains(listed.out,
                   "kis\tpaused\t12 pending\t2 parked\t1 dead letters\tdoes not answer: no answer"));
    CHECK(contains(listed.out, "since 2026-11-23T18:00:00.000Z by user:0: maintenance"));
    CHECK(contains(listed.out, "old\tnot configured"));

    for (const char* verb : {"pause", "drain", "resume"}) {
        CHECK(here.run({"destination", verb, "kis", "--reason", "maintenance"}).code == exit_success);
        CHECK(daemon.asked().back().path == std::vector<std::string>{"v1", "destinations", "kis", verb});
        CHECK(daemon.body() == nlohmann::json{{"reason", "maintenance"}});
    }
    const auto replayed = here.run({"destination", "replay", "kis", "--from", "2026-11-23T00:00:00Z", "--to",
                                    "2026-11-24T00:00:00Z", "--reason", "misdelivery", "--dry-run"});
    CHECK(contains(replayed.out, "3 reports would be sent again"));
    CHECK(daemon.body() == nlohmann::json{{"from", "2026-11-23T00:00:00Z"},
                                          {"until", "2026-11-24T00:00:00Z"},
                                          {"reason", "misdelivery"},
                                          {"dry_run", true}});
    const auto asked = daemon.asked().size();
    CHECK(here.run({"destination", "pause", "kis"}).code == exit_usage);
    CHECK(here.run({"destination", "pause", "kis", "--reason", "because"}).code == exit_usage);
    CHECK(daemon.asked().size() == asked);
}

}  // namespace edgeward::app
