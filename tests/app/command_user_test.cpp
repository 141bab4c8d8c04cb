#include <catch2/catch_test_macros.hpp>

#include "installation.hpp"

namespace edgeward::app {
namespace {

const nlohmann::json code = {
    {"user", "kim"}, {"code", "ABCDE-FGHIJ-KLMNO-PQRST"}, {"expires", "2026-11-27T12:00:00.000Z"}};

}  // namespace

TEST_CASE("one-time codes are printed for whom they are made", "[command_user]") {
    const Installation here;
    CannedDaemon daemon(here);
    daemon.answers("POST", "/v1/users/first-code", code);
    daemon.answers("POST", "/v1/users", code);
    daemon.answers("POST", "/v1/users/{user}/reset", code);
    daemon.start();
    const std::string printed = "one-time code\tABCDE-FGHIJ-KLMNO-PQRST\nuntil\t2026-11-27T12:00:00.000Z\n";
    CHECK(here.run({"user", "first-code"}).out == printed);
    CHECK(here.run({"user", "add", "kim", "--role", "ward", "--ward", "ITS1"}).out == printed);
    CHECK(here.run({"user", "reset", "kim"}).out == printed);
}

TEST_CASE("accounts are listed, changed and switched", "[command_user]") {
    const Installation here;
    CannedDaemon daemon(here);
    daemon.answers("GET", "/v1/users",
                   {{"users",
                     {{{"user", "kim"},
                       {"state", "active"},
                       {"roles", {"ward", "auditor"}},
                       {"ward", "ITS1"},
                       {"created", "2026-11-26T12:00:00.000Z"},
                       {"last_sign_in", nullptr}}}}});
    daemon.answers("POST", "/v1/users/{user}/roles", {{"user", "kim"}});
    daemon.answers("POST", "/v1/users/{user}/disable", {{"user", "kim"}, {"state", "disabled"}});
    daemon.answers("POST", "/v1/users/{user}/enable", {{"user", "kim"}, {"state", "active"}});
    daemon.start();
    CHECK(here.run({"user", "list"}).out == "kim\tactive\tward,auditor\tITS1\tnever\n");
    CHECK(here.run({"user", "roles", "kim", "--role", "auditor"}).out == "changed kim\n");
    CHECK(here.run({"user", "disable", "kim"}).out == "kim is disabled\n");
    CHECK(here.run({"user", "enable", "kim"}).out == "kim is active\n");
}

}  // namespace edgeward::app
