#include <catch2/catch_test_macros.hpp>

#include "installation.hpp"

namespace edgeward::app {

TEST_CASE("devices are placed at beds and taken from them", "[command_bed]") {
    const Installation here;
    CannedDaemon daemon(here);
    daemon.answers("POST", "/v1/placements", {{"placement", 1}});
    daemon.answers("POST", "/v1/placements/end", {{"ended", true}});
    daemon.answers(
        "GET", "/v1/placements/{device}",
        {{"placements",
          {{{"device", "m-1"}, {"bed", "ICU^1^2"}, {"from", "2026-11-23T18:00:00Z"}, {"until", nullptr}}}}});
    daemon.start();
    CHECK(here.run({"bed", "place", "m-1", "ICU^1^2"}).out == "placed\n");
    CHECK(daemon.body().at("bed") == "ICU^1^2");
    CHECK_FALSE(daemon.body().contains("until"));
    CHECK(here.run({"bed", "remove", "m-1", "--until", "2026-11-23T19:00:00Z"}).out == "removed\n");
    CHECK(daemon.body().at("until") == "2026-11-23T19:00:00Z");
    CHECK(here.run({"bed", "list", "m-1"}).out ==
          "m-1\tICU^1^2\t2026-11-23T18:00:00Z\tuntil further notice\n");
    CHECK(here.run({"bed", "place", "m-1"}).code == exit_usage);
}

TEST_CASE("stays of a bed and of a person are listed", "[command_bed]") {
    const Installation here;
    CannedDaemon daemon(here);
    daemon.answers("POST", "/v1/stays",
                   {{"stays",
                     {{{"bed", "ICU^1^2"},
                       {"patient", {{"value", "4711"}, {"authority", "KIS"}}},
                       {"from", "2026-11-23T18:00:00Z"},
                       {"until", "2026-11-23T19:00:00Z"}}}}});
    daemon.start();
    const std::string line = "ICU^1^2\t4711\tKIS\t2026-11-23T18:00:00Z\t2026-11-23T19:00:00Z\n";
    CHECK(here.run({"bed", "stays", "ICU^1^2"}).out == line);
    CHECK(daemon.body().at("bed") == "ICU^1^2");
    CHECK(here.run({"person", "stays", "--patient", "4711", "--authority", "KIS"}).out == line);
    CHECK(daemon.body().at("patient").at("value") == "4711");
}

TEST_CASE("a held message is assigned by its number", "[command_quarantine]") {
    const Installation here;
    CannedDaemon daemon(here);
    daemon.answers("POST", "/v1/quarantine/{id}/assign",
                   {{"replayed", {{{"id", 7}, {"outcome", "stored"}}}}});
    daemon.start();
    CHECK(contains(here.run({"quarantine", "assign", "7", "--patient", "4711", "--authority", "KIS"}).out,
                   "7\tstored"));
    CHECK(daemon.body().at("patient").at("value") == "4711");
}

}  // namespace edgeward::app
