#include <catch2/catch_test_macros.hpp>

#include <edgeward/core/time.hpp>

#include "installation.hpp"

namespace edgeward::app {

TEST_CASE("persons are imported line by line up to the first that is refused", "[command_person]") {
    const Installation here;
    CannedDaemon daemon(here);
    daemon.answers("POST", "/v1/persons", {{"admitted", true}});
    daemon.start();
    const auto file = here.folder() / "persons.jsonl";
    write_text(file, "{\"identifiers\":[]}\n\n  \r\n{\"family\":\"x\"}");
    const auto imported = here.run({"person", "import", file.string()});
    CHECK(imported.code == exit_success);
    CHECK(imported.out == "2 persons imported\n");
    CHECK(daemon.asked().size() == 2);
    CHECK(daemon.body().at("family") == "x");

    write_text(file, "{}\nErika Mustermann\n{}\n");
    const auto stopped = here.run({"person", "import", file.string()});
    CHECK(stopped.code == exit_failure);
    CHECK(contains(stopped.err, "persons.jsonl:2: expected a JSON object"));
    CHECK_FALSE(contains(stopped.err, "Erika"));
    CHECK(daemon.asked().size() == 3);
    CHECK(here.run({"person", "import", (here.folder() / "none").string()}).code == exit_unavailable);
}

TEST_CASE("an association begins and ends now unless a time is named", "[command_person]") {
    const Installation here;
    CannedDaemon daemon(here);
    daemon.answers("POST", "/v1/associations", {{"association", 1}});
    daemon.answers("POST", "/v1/associations/end", {{"ended", true}});
    daemon.answers("GET", "/v1/associations/{device}", {{"associations", {{{"device", "m-1"}}}}});
    daemon.start();
    const auto before = system_clock().now();
    CHECK(here.run({"association", "begin", "m-1", "--patient", "4711", "--authority", "KIS"}).out ==
          "associated\n");
    CHECK(daemon.body().at("device") == "m-1");
    CHECK(daemon.body().at("patient") == nlohmann::json{{"value", "4711"}, {"authority", "KIS"}});
    CHECK_FALSE(daemon.body().contains("until"));
    const auto from = parse_rfc3339(daemon.body().at("from").get<std::string>());
    REQUIRE(from);
    CHECK(from->utc >= before);
    CHECK(here.run({"association", "end", "m-1", "--until", "2026-11-23T18:00:00Z"}).out == "ended\n");
    CHECK(daemon.body().at("until") == "2026-11-23T18:00:00Z");
    CHECK(contains(here.run({"association", "list", "m-1"}).out, "m-1"));
    CHECK(here.run({"association", "begin", "m-1"}).code == exit_usage);
}

}  // namespace edgeward::app
