#include <catch2/catch_test_macros.hpp>

#include "installation.hpp"

namespace edgeward::app {

TEST_CASE("dead letters are listed and shown and sent again", "[command_dead_letter]") {
    const Installation here;
    CannedDaemon daemon(here);
    const nlohmann::json letter = {{"report", 7},     {"settled", "2026-11-23T18:00:00.000Z"},
                                   {"device", "m-1"}, {"attempts", 3},
                                   {"reason", "AR"},  {"answer", "no such patient"}};
    daemon.answers("GET", "/v1/dead-letters/{destination}", {{"dead_letters", {letter}}});
    daemon.answers("GET", "/v1/dead-letters/{destination}/{report}", letter);
    daemon.answers("POST", "/v1/dead-letters/{destination}/retry", {{"retried", 1}});
    daemon.start();

    const auto listed = here.run({"dead-letter", "list", "kis", "--most", "5"});
    CHECK(listed.code == exit_success);
    CHECK(contains(listed.out, "7\t2026-11-23T18:00:00.000Z\tm-1\t3 attempts\tAR"));
    CHECK(daemon.asked().back().query.at("most") == "5");
    CHECK(contains(here.run({"dead-letter", "show", "kis", "7"}).out, "no such patient"));
    CHECK(daemon.asked().back().path.back() == "7");

    CHECK(contains(here.run({"dead-letter", "retry", "kis", "7", "8"}).out, "1 reports"));
    CHECK(daemon.body() == nlohmann::json{{"reports", {7, 8}}});
    CHECK(here.run({"dead-letter", "retry", "kis", "--all"}).code == exit_success);
    CHECK(daemon.body() == nlohmann::json::object());
    const auto asked = daemon.asked().size();
    CHECK(here.run({"dead-letter", "retry", "kis"}).code == exit_failure);
    CHECK(daemon.asked().size() == asked);  // all of them only when asked for
}

}  // namespace edgeward::app
