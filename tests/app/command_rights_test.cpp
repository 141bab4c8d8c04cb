#include "command_rights.hpp"

#include <catch2/catch_test_macros.hpp>

#include "installation.hpp"

namespace edgeward::app {
namespace {

using nlohmann::json;

const json one_recipient = {{"destination", "kis"},
                            {"purposes", {"treatment"}},
                            {"levels", {"identified"}},
                            {"reports", 3},
                            {"first", "2026-11-23T08:00:00Z"},
                            {"last", "2026-11-23T09:00:00Z"},
                            {"acknowledged", {{"reports", 2}}}};

}  // namespace

TEST_CASE("what is right comes from a file and the answer says whom to inform", "[command_rights]") {
    const Installation here;
    CannedDaemon daemon(here);
    daemon.answers("POST", "/v1/persons/rectify",
                   {{"changed", {"family"}}, {"recipients", json::array({one_recipient})}});
    daemon.start();
    const auto file = here.folder() / "right.json";
    write_text(file, R"({"family":"Beispiel"})");
    const auto done =
        here.run({"person", "rectify", "--patient", "4711", "--authority", "KIS", file.string()});
    CHECK(done.code == exit_success);
    CHECK(daemon.body() ==
          json{{"family", "Beispiel"}, {"patient", {{"value", "4711"}, {"authority", "KIS"}}}});
    CHECK(contains(done.out, "rectified: family\n"));
    CHECK(contains(done.out, "inform those who got data (Art. 19 DSGVO):\nkis\tfor treatment\t3 reports"));
    CHECK_FALSE(contains(done.out, "Beispiel"));

    write_text(file, "Beispiel");
    const auto refused =
        here.run({"person", "rectify", "--patient", "4711", "--authority", "KIS", file.string()});
    CHECK(refused.code == exit_failure);
    CHECK(contains(refused.err, "right.json: expected a JSON object"));
    CHECK_FALSE(contains(refused.err, "Beispiel"));
    CHECK(daemon.asked().size() == 1);
}

TEST_CASE("a restriction is set, listed and lifted", "[command_rights]") {
    const Installation here;
    CannedDaemon daemon(here);
    daemon.answers("POST", "/v1/persons/restrict", {{"restriction", 4}, {"recipients", json::array()}});
    daemon.answers("POST", "/v1/persons/restrictions",
                   {{"restrictions",
                     {{{"restriction", 4},
                       {"reach", "all"},
                       {"reason", "objection"},
                       {"set", "2026-11-23T08:00:00Z"},
                       {"actor", "user:1000"},
                       {"lifted", nullptr},
                       {"in_force", true}}}}});
    daemon.answers("POST", "/v1/restrictions/{id}/lift", {{"lifted", 4}});
    daemon.start();
    CHECK(here.run({"person", "restrict", "--patient", "4711", "--authority", "KIS", "--reason", "objection"})
              .out == "restriction 4 is in force\n");
    CHECK(daemon.body().at("reach") == "secondary");
    CHECK(here.run({"person", "restrict", "--patient", "4711", "--authority", "KIS", "--reason", "objection",
                    "--reach", "all"})
              .code == exit_success);
    CHECK(daemon.body().at("reach") == "all");
    CHECK(here.run({"person", "restrict", "--patient", "4711", "--authority", "KIS", "--reason", "because"})
              .code == exit_usage);
    const auto listed = here.run({"person", "restrictions", "--patient", "4711", "--authority", "KIS"});
    CHECK(listed.out ==
          "4\tall\tobjection\tset 2026-11-23T08:00:00Z by user:1000\tin force\n1 restrictions\n");
    CHECK(here.run({"person", "restrict-lift", "4"}).out == "lifted\n");
}

}  // namespace edgeward::app
