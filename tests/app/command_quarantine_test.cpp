#include <catch2/catch_test_macros.hpp>

#include "installation.hpp"

namespace edgeward::app {

TEST_CASE("quarantined messages are listed and shown and read again", "[command_quarantine]") {
    const Installation here;
    CannedDaemon daemon(here);
    const nlohmann::json entry = {{"id", 4},
                                  {"received", "2026-11-23T18:00:00.000Z"},
                                  {"device", "m-1"},
                                  {"reason", "no_mapping"},
                                  {"detail", "not installed"},
                                  {"topic", "devices/m-1/data"},
                                  {"payload_base64", "eyJociI6NjJ9"}};
    daemon.answers("GET", "/v1/quarantine", {{"quarantine", {entry}}});
    daemon.answers("GET", "/v1/quarantine/{id}", entry);
    daemon.answers("POST", "/v1/quarantine/replay", {{"replayed", {{{"id", 4}, {"outcome", "stored"}}}}});
    daemon.start();

    const auto listed = here.run({"quarantine", "list"});
    CHECK(listed.code == exit_success);
    CHECK(contains(listed.out, "4\t2026-11-23T18:00:00.000Z\tm-1\tno_mapping\tnot installed"));
    CHECK(contains(listed.out, "1 messages in quarantine"));
    const auto shown = here.run({"quarantine", "show", "4"});
    CHECK(contains(shown.out, "topic devices/m-1/data\n{\"hr\":62}\n"));

    CHECK(contains(here.run({"quarantine", "replay", "4"}).out, "4\tstored"));
    CHECK(daemon.body() == nlohmann::json{{"ids", {4}}});
    CHECK(here.run({"quarantine", "replay", "--reason", "no_mapping"}).code == exit_success);
    CHECK(daemon.body() == nlohmann::json{{"reason", "no_mapping"}});
    CHECK(here.run({"quarantine", "replay", "--all"}).code == exit_success);
    CHECK(daemon.body() == nlohmann::json::object());
    const auto asked = daemon.asked().size();
    CHECK(here.run({"quarantine", "replay"}).code == exit_failure);
    CHECK(daemon.asked().size() == asked);
}

}  // namespace edgeward::app
