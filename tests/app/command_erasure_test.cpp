#include <catch2/catch_test_macros.hpp>

#include <edgeward/core/file.hpp>

#include "installation.hpp"

namespace edgeward::app {
namespace {

using nlohmann::json;

const std::vector<std::string> patient{"--patient", "4711", "--authority", "KIS"};

std::vector<std::string> with_patient(std::vector<std::string> words) {
    words.insert(words.end(), patient.begin(), patient.end());
    return words;
}

}  // namespace

TEST_CASE("an erasure is asked for; decided and certified by commands", "[command_erasure]") {
    const Installation here;
    CannedDaemon daemon(here);
    daemon.answers("POST", "/v1/erasures", {{"request", 3}, {"state", "open"}});
    daemon.answers("GET", "/v1/erasures",
                   {{"erasures",
                     {{{"request", 3},
                       {"state", "open"},
                       {"reason", "objection"},
                       {"requester", "user:1000"},
                       {"requested", "2026-11-23T18:00:00.000Z"},
                       {"decider", nullptr},
                       {"decided", nullptr},
                       {"rejection", nullptr}}}}});
    daemon.answers("POST", "/v1/erasures/{number}/approve",
                   {{"request", 3}, {"state", "done"}, {"certificate", "lines\n"}});
    daemon.answers("POST", "/v1/erasures/{number}/reject", {{"request", 3}, {"state", "rejected"}});
    daemon.answers("GET", "/v1/erasures/{number}/certificate", {{"request", 3}, {"certificate", "lines\n"}});
    daemon.start();

    const auto asked = here.run(with_patient({"person", "erase", "--reason", "objection"}));
    CHECK(asked.code == exit_success);
    CHECK(contains(asked.out, "erasure request 3 is written down; another user decides"));
    CHECK(daemon.body() ==
          json{{"patient", {{"value", "4711"}, {"authority", "KIS"}}}, {"reason", "objection"}});
    CHECK(contains(here.run({"person", "erasures"}).out, "3\topen\tobjection\tasked by user:1000"));
    const auto file = here.folder() / "certificate";
    const auto done =
        here.run({"person", "erase-approve", "3", "--give-up-undelivered", "--out", file.string()});
    CHECK(done.code == exit_success);
    CHECK(daemon.body() == json{{"give_up_undelivered", true}});
    CHECK(read_file(file).value() == "lines\n");
    CHECK(contains(here.run({"person", "erase-certificate", "3"}).out, "lines\n"));
    CHECK(contains(here.run({"person", "erase-reject", "3", "--reason", "not_entitled"}).out, "rejected"));
    CHECK(daemon.body() == json{{"reason", "not_entitled"}});
    CHECK(here.run({"person", "erase-reject", "3", "--reason", "because"}).code == exit_usage);
    CHECK(here.run(with_patient({"person", "erase"})).code == exit_usage);
}

TEST_CASE("a dry run shows what would go and asks for nothing", "[command_erasure]") {
    const Installation here;
    CannedDaemon daemon(here);
    daemon.answers("POST", "/v1/erasures/preview",
                   {{"vault", {{"identifiers", 2}}},
                    {"reports", 118},
                    {"undelivered", {{"kis", {{"waiting", 3}, {"dead_lettered", 1}}}}},
                    {"held_messages", {5, 6}},
                    {"unsearched_identifiers", 1},
                    {"recipients", {{{"destination", "kis"}, {"delivered", 115}, {"last", "then"}}}},
                    {"legal_holds", json::array()},
                    {"obstacle", "not delivered for treatment: kis: 3 waiting, 1 dead-lettered"}});
    daemon.start();
    const auto shown = here.run(with_patient({"person", "erase", "--reason", "objection", "--dry-run"}));
    CHECK(shown.code == exit_success);
    for (const char* line :
         {"identifiers\t2", "reports\t118", "held messages\t2", "destination kis\t3 waiting, 1 dead-lettered",
          "has received data: kis, 115 reports, last then", "too short to be looked for in held messages: 1",
          "in the way: not delivered for treatment"})
        CHECK(contains(shown.out, line));
}

TEST_CASE("legal holds are set and listed and released by commands", "[command_erasure]") {
    const Installation here;
    CannedDaemon daemon(here);
    daemon.answers("POST", "/v1/holds", {{"hold", 2}});
    daemon.answers(
        "POST", "/v1/holds/list",
        {{"holds", {{{"hold", 2}, {"reason", "retention_duty"}, {"until", nullptr}, {"in_force", true}}}}});
    daemon.answers("POST", "/v1/holds/{id}/release", {{"released", 2}});
    daemon.start();
    CHECK(contains(here.run(with_patient({"person", "hold", "set", "--reason", "retention_duty", "--until",
                                          "2036-01-01T00:00:00Z"}))
                       .out,
                   "legal hold 2 is in force"));
    CHECK(daemon.body().at("until") == "2036-01-01T00:00:00Z");
    CHECK(contains(here.run(with_patient({"person", "hold", "list"})).out,
                   "2\tretention_duty\tuntil it is released\tin force"));
    CHECK(contains(here.run({"person", "hold", "release", "2"}).out, "released"));
    CHECK(here.run(with_patient({"person", "hold", "set", "--reason", "because"})).code == exit_usage);
}

}  // namespace edgeward::app
