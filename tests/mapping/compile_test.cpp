#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include <string>

#include "sample_message.hpp"

using namespace edgeward::mapping;
using sample::first_problem;
using sample::flat;

namespace {

const std::string heart_rate = "[[rule.value]]\nparameter = \"heart_rate\"\npath = \"$.v\"\n";

}  // namespace

TEST_CASE("unknown settings are refused with the nearest name", "[compile]") {
    CHECK(first_problem(flat(heart_rate + "plausable = { min = 1 }\n")) ==
          "11:rule[1].value[1].plausable: unknown setting; did you mean rule[1].value[1].plausible?");
    CHECK(first_problem(flat(heart_rate, "[patiend]\npath = \"$.p\"\n"))
              .starts_with("6:patiend: unknown setting"));
    CHECK(first_problem(flat(heart_rate + "code = \"x\"\n")).find("unknown setting") != std::string::npos);
}

TEST_CASE("all mistakes of a file are reported at once in file order", "[compile]") {
    const auto loaded =
        parse_mapping("[mapping]\nname = \"a b\"\n[timestamp]\npath = \"t\"\nformat = \"rfc\"\n[[rule]]\n" +
                          heart_rate + "unit = \"x\"\n",
                      "m.toml");
    REQUIRE(loaded.problems.size() == 4);
    CHECK(loaded.problems[0].path == "mapping.name");
    CHECK(loaded.problems[1].path == "timestamp.path");
    CHECK(loaded.problems[2].path == "timestamp.format");
    CHECK(loaded.problems[3].path == "rule[1].value[1].unit");
    CHECK(loaded.set.names().empty());
}

TEST_CASE("shared tables are checked even when no value uses them", "[compile]") {
    CHECK(first_problem(flat(heart_rate, "[units.u]\nbpm = \"beats\"\n")) ==
          "7:units.u.bpm: expected a UCUM unit of the unit table");
    CHECK(first_problem(flat(heart_rate, "[codes.c]\nX = { code = \"x\" }\n"))
              .starts_with("7:codes.c.X.system: expected"));
    CHECK(first_problem(flat(heart_rate, "[lookup.l]\nX = { parameter = \"hart_rate\" }\n"))
              .starts_with("7:lookup.l.X"));
}

TEST_CASE("defaults hold for every value that does not say otherwise", "[compile]") {
    const std::string toml =
        flat(heart_rate + "[[rule.value]]\nparameter = \"spo2\"\npath = \"$.s\"\noff_values = [-1]\n",
             "[defaults]\noff_values = [0]\nnumeric_text = true\n");
    const auto message = sample::mapped(toml, R"({"t":"2026-11-23T18:48:00Z","v":"0","s":"0"})");
    CHECK(sample::left_out(message, "off") == 1);
    REQUIRE(message.reports.at(0).observations.size() == 1);
    CHECK(sample::quantity(message.reports[0].observations[0]) == "0 %");
}

TEST_CASE("a mapping knows its name and description and version", "[compile]") {
    const auto loaded = sample::load(
        "[mapping]\nname = \"m-1\"\ndescription = \"d\"\nversion = \"2\"\n[timestamp]\n"
        "path = \"$.t\"\nformat = \"rfc3339\"\n[[rule]]\n" +
        heart_rate);
    const Mapping* mapping = loaded.set.find("m-1");
    REQUIRE(mapping != nullptr);
    CHECK(mapping->name() == "m-1");
    CHECK(mapping->description() == "d");
    CHECK(mapping->version() == "2");
}

TEST_CASE("a file that is no TOML is one problem", "[compile]") {
    CHECK(parse_mapping("[mapping\n", "m.toml").problems.size() == 1);
    CHECK_FALSE(parse_mapping("", "m.toml").problems.empty());
}
