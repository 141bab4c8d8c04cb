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
            {"audit", {{"sequence", 12}, {"checkpoint", 10}}}};
}

const nlohmann::json books = {{"inbound",
                               {{"received", 3},
                                {"stored", 1},
                                {"quarantined", 1},
                                {"refused", 0},
                                {"balanced", false},
                                {"reports", 1},
                                {"observations", 4},
                                {"quarantined_by_reason", {{"no_mapping", 1}}},
                                {"refused_messages", nlohmann::json::object()},
                                {"refused_values", {{"off", 2}}}}},
                              {"destinations",
                               {{"kis",
                                 {{"offered", 1},
                                  {"delivered", 1},
                                  {"pending", 0},
                                  {"dead_lettered", 0},
                                  {"filtered", 0},
                                  {"erased", 0},
                                  {"balanced", true}}}}}};

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

TEST_CASE("books that do not balance say so", "[command_status]") {
    const Installation here;
    CannedDaemon daemon(here);
    daemon.answers("GET", "/v1/books", books);
    daemon.answers("POST", "/v1/reload", {{"reloaded", true}});
    daemon.start();
    const auto told = here.run({"books", "--device", "m-1"});
    CHECK(told.code == exit_success);
    CHECK(daemon.asked().back().query.at("device") == "m-1");
    CHECK(contains(told.out, "received 3 = stored 1 + quarantined 1 + refused 0   DOES NOT BALANCE"));
    CHECK(contains(told.out, "quarantined no_mapping: 1"));
    CHECK(contains(told.out, "values refused off: 2"));
    CHECK(contains(told.out, "offered 1 = delivered 1"));
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
