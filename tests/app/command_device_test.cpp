#include <catch2/catch_test_macros.hpp>

#include "installation.hpp"

namespace edgeward::app {

TEST_CASE("devices are listed and shown", "[command_device]") {
    const Installation here;
    CannedDaemon daemon(here);
    const nlohmann::json seen = {{"device", "monitor-1"},
                                 {"state", "enrolled"},
                                 {"received", "2026-11-23T18:00:00.000Z"},
                                 {"missing", 3},
                                 {"duplicates", 1},
                                 {"out_of_order", 2},
                                 {"conditions", {"gap", "stale"}}};
    const nlohmann::json unseen = {
        {"device", "pump-1"}, {"received", nullptr}, {"conditions", nlohmann::json::array()}};
    daemon.answers("GET", "/v1/devices", {{"devices", {seen, unseen}}});
    daemon.answers("GET", "/v1/devices/{device}", seen);
    daemon.start();
    const auto listed = here.run({"device", "list"});
    CHECK(listed.code == exit_success);
    CHECK(contains(listed.out,
                   "monitor-1\tenrolled\t2026-11-23T18:00:00.000Z\tmissing 3, duplicates 1, out of order 2"));
    CHECK(contains(listed.out, "gap stale"));
    CHECK(contains(listed.out, "pump-1\t\tnever seen"));
    CHECK(contains(listed.out, "ok"));
    CHECK(contains(here.run({"device", "show", "monitor-1"}).out, "\"missing\": 3"));
    CHECK(daemon.asked().back().path.back() == "monitor-1");
}

TEST_CASE("what a person decides about devices is asked of the daemon", "[command_device]") {
    const Installation here;
    CannedDaemon daemon(here);
    daemon.answers("GET", "/v1/device-requests",
                   {{"requests",
                     {{{"request", 3},
                       {"state", "waiting"},
                       {"device", "pump-7"},
                       {"class", ""},
                       {"known", true},
                       {"origin", "approval"},
                       {"last", "2026-11-26T08:00:00.000Z"},
                       {"key", "ab12"}}}}});
    daemon.answers("POST", "/v1/device-requests/{number}/approve", {{"approved", 3}});
    daemon.answers("POST", "/v1/device-requests/{number}/reject", {{"rejected", 3}});
    daemon.answers("POST", "/v1/device-tokens",
                   {{"token", "secret-token"}, {"expires", "2026-11-27T08:00:00.000Z"}});
    daemon.answers("POST", "/v1/devices/{device}/revoke", {{"device", "pump-7"}, {"certificates", 2}});
    daemon.start();
    CHECK(here.run({"device", "requests"}).out ==
          "3\twaiting\tpump-7 (known)\t\tapproval\t2026-11-26T08:00:00.000Z\tkey ab12\n");
    CHECK(here.run({"device", "approve", "3", "--class", "pump", "--again"}).code == exit_success);
    const auto approved = nlohmann::json::parse(daemon.asked().back().body);
    CHECK(approved.at("class") == "pump");
    CHECK(approved.at("again") == true);
    CHECK(here.run({"device", "reject", "3"}).out == "rejected\n");
    CHECK(here.run({"device", "token", "--class", "pump", "--hours", "2"}).out ==
          "secret-token\tgood once until 2026-11-27T08:00:00.000Z\n");
    CHECK(nlohmann::json::parse(daemon.asked().back().body).at("seconds") == 7200);
    CHECK(here.run({"device", "revoke", "pump-7", "--reason", "lost"}).out ==
          "revoked, with 2 certificate(s)\n");
    CHECK(here.run({"device", "revoke", "pump-7", "--reason", "because"}).code == exit_usage);
    CHECK(here.run({"device", "revoke", "pump-7"}).code == exit_usage);
}

}  // namespace edgeward::app
