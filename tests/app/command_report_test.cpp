#include <catch2/catch_test_macros.hpp>

#include "installation.hpp"

namespace edgeward::app {

using nlohmann::json;

TEST_CASE("papers are written without a gateway and say that nothing was measured", "[command_report]") {
    const Installation here;
    const auto page = here.run({"report", "compliance", "--offline"});
    CHECK(page.code == exit_success);
    CHECK(contains(page.out, "<html lang=\"de\">"));
    CHECK(contains(page.out, "nicht gemessen"));
    CHECK_FALSE(contains(page.out, "durch diese Messung, 2026-11-26T08"));
    const auto asked = here.run({"report", "compliance", "--language", "en", "--format", "json"});
    CHECK(asked.code == exit_success);
    CHECK(contains(asked.err, "nothing is measured"));
    CHECK(json::parse(asked.out).at("measured").is_null());
}

TEST_CASE("every paper has its formats and other ones are refused", "[command_report]") {
    const Installation here;
    CHECK(contains(here.run({"report", "dataflow", "--offline", "--format", "svg"}).out, "<svg"));
    CHECK(
        here.run({"report", "dataflow", "--offline", "--format", "mermaid"}).out.starts_with("flowchart LR"));
    CHECK(json::parse(here.run({"--json", "report", "processing", "--offline"}).out).at("paper") ==
          "processing");
    CHECK(here.run({"report", "processing", "--offline", "--format", "svg"}).code == exit_usage);
    CHECK(here.run({"report", "compliance", "--offline", "--language", "fr"}).code == exit_usage);
}

TEST_CASE("the rules for the firewall are those of the configuration", "[command_report]") {
    const Installation here;
    const auto rules = here.run({"report", "firewall", "--user", "root", "--management", "10.20.0.0/24",
                                 "--senders", "10.30.0.0/16"});
    CHECK(rules.code == exit_success);
    CHECK(contains(rules.out, "delete table inet edgeward"));
    CHECK(contains(rules.out, "ip saddr { 10.30.0.0/16 } tcp dport"));
    CHECK(contains(rules.out, "devices at the broker of this machine"));
    const auto doors = json::parse(here.run({"report", "firewall", "--format", "json"}).out).at("doors");
    CHECK(doors.at(0).at("name") == "broker");
    CHECK(doors.at(0).at("direction") == "out");
    CHECK(doors.at(0).at("loopback") == true);
    CHECK_FALSE(doors.at(0).at("addresses").empty());
}

TEST_CASE("a paper goes into a file that only its group may read", "[command_report]") {
    const Installation here;
    const auto file = here.folder() / "paper.html";
    const auto done = here.run({"report", "processing", "--offline", "--out", file.string()});
    CHECK(done.code == exit_success);
    CHECK(done.out.empty());
    CHECK(contains(support::text_of_file(file), "Art. 30"));
    CHECK((std::filesystem::status(file).permissions() & std::filesystem::perms::others_all) ==
          std::filesystem::perms::none);
    CHECK(here.run({"report", "processing", "--offline", "--out", (here.folder() / "no/where.html").string()})
              .code != exit_success);
}

TEST_CASE("a configuration with mistakes is described to nobody", "[command_report]") {
    const Installation here;
    here.append("[[destination]]\nname = \"kis\"\n");
    const auto refused = here.run({"report", "dataflow", "--offline"});
    CHECK(refused.code == exit_misconfigured);
    CHECK(refused.out.empty());
    CHECK(contains(refused.err, "destination[1]"));
}

}  // namespace edgeward::app
