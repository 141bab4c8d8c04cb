#include <catch2/catch_test_macros.hpp>

#include "installation.hpp"

namespace edgeward::app {
namespace {

nlohmann::json status(bool ready) {
    return {{"version", "1.2.3"},
            {"ready", ready},
            {"persons", 5},
            {"parts", {{{"part", "mqtt"}, {"ready", ready}, {"reason", ready ? "" : "the broker is away"}}}},
            {"destinations",
             {{{"name", "kis"},
               {"kind", "hl7"},
               {"identity_level", "identified"},
               {"answering", false},
               {"trouble", "connection refused"}}}},
            {"audit", {{"sequence", 12}, {"checkpoint", 10}}},
            {"disk",
             {{"room", 83751862272.0},
              {"stops_below", 268435456.0},
              {"intake_stopped", !ready},
              {"octets_per_second", 291271.0},
              {"seconds_left", 286614.0}}}};
}

}  // namespace

TEST_CASE("the status is told to people and to programs", "[command_status]") {
    const Installation here;
    CannedDaemon daemon(here);
    daemon.answers("GET", "/v1/status", status(false));
    daemon.start();
    const auto told = here.run({"status"});
    CHECK(told.code == exit_success);
    CHECK(contains(told.out, "Edgeward 1.2.3, NOT READY, 5 persons"));
    CHECK(contains(told.out, "the broker is away"));
    CHECK(contains(told.out, "connection refused"));
    CHECK(contains(told.out, "12 records, signed up to 10"));
    CHECK(nlohmann::json::parse(here.run({"--json", "status"}).out) == status(false));
}

TEST_CASE("the status tells how many hours of outage the disk holds", "[command_status]") {
    const Installation here;
    CannedDaemon daemon(here);
    auto answer = status(true);
    daemon.answers_with("GET", "/v1/status", [&answer](const admin::HttpRequest&) {
        return admin::json_response(200, answer.dump());
    });
    daemon.start();
    CHECK(contains(here.run({"status"}).out,
                   "disk: room for 78.0 GiB, reading stops below 256.0 MiB; lasts 79.6 hours of outage at "
                   "1000.0 MiB an hour"));
    answer["disk"]["seconds_left"] = nullptr;
    CHECK(contains(here.run({"status"}).out, "; nothing grows"));
    answer["disk"]["octets_per_second"] = nullptr;
    CHECK(contains(here.run({"status"}).out, "how long it lasts is known soon"));
    answer["disk"]["intake_stopped"] = true;
    CHECK(contains(here.run({"status"}).out, "READING HAS STOPPED"));
}

TEST_CASE("a reload is asked of the daemon", "[command_status]") {
    const Installation here;
    CannedDaemon daemon(here);
    daemon.answers("POST", "/v1/reload", {{"reloaded", true}});
    daemon.start();
    CHECK(here.run({"reload"}).out == "reloaded\n");
}

TEST_CASE("without a daemon a status is no success", "[command_status]") {
    const Installation here;
    const auto ran = here.run({"status"});
    CHECK(ran.code == exit_unavailable);
    CHECK(ran.err.starts_with("edgeward: error: "));
    CHECK(ran.out.empty());
}

}  // namespace edgeward::app
