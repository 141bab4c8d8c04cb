#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include <string>

#include "sample_message.hpp"

using namespace edgeward::mapping;
using sample::first_problem;

namespace {

const std::string head = "[mapping]\nname = \"m\"\n";
const std::string time_rule = "[timestamp]\npath = \"$.t\"\nformat = \"rfc3339\"\n";
const std::string heart_rate = "[[rule.value]]\nparameter = \"heart_rate\"\npath = \"@.v\"\n";

}  // namespace

TEST_CASE("every mistake of a rule has its place", "[rule_settings]") {
    struct Row {
        std::string toml;
        const char* problem;
    };
    const Row row = GENERATE(values<Row>({
        {head + time_rule, "1:rule: expected at least one [[rule]]"},
        {head + time_rule + "[[rule]]\n", "6:rule[1].value: expected at least one [[rule.value]]"},
        {head + "[[rule]]\n" + heart_rate,
         "3:rule[1].timestamp: expected a timestamp here, for each value or for the mapping"},
        {head + time_rule + "[[rule]]\neach = [\"$.a\"]\n" + heart_rate,
         "7:rule[1].each: expected a path with [*]"},
        {head + time_rule + "[[rule]]\neach = [\"$.a[*]\", \"$.b[*]\"]\n" + heart_rate,
         "7:rule[1].each: expected every path but the first to begin with @"},
        {head + time_rule + "[[rule]]\n[[rule.value]]\nparameter = \"heart_rate\"\npath = \"$.a[*]\"\n",
         "9:rule[1].value[1].path: expected a path without [*]; it belongs into each"},
        {head + time_rule + "[[rule]]\n[[rule.value]]\nparameter = \"heart_rate\"\npath = \"^.a\"\n",
         "9:rule[1].value[1].path: expected no more ^ than there are levels of each"},
        {head + time_rule + "[[rule]]\n[[rule.value]]\nparameter = \"heart_rate\"\npath = \"HR\"\n",
         "9:rule[1].value[1].path: expected a path that begins with $, @ or ^"},
        {head + time_rule + "[[rule]]\n[[rule.value]]\nparameter = \"heart_rate\"\n",
         "7:rule[1].value[1].path: expected a path like $.name"},
        {head + time_rule + "[[rule]]\ntopics = [\"a/#/b\"]\n" + heart_rate,
         "7:rule[1].topics: expected MQTT topic filters, like ward/+/vitals"},
        {head + time_rule + "[[rule]]\nwhen = [{ path = \"$.a\" }]\n" + heart_rate,
         "7:rule[1].when[1]: expected exists or one_of"},
        {head + time_rule + "[[rule]]\nmode = {}\n" + heart_rate, "7:rule[1].mode: expected a path or fixed"},
        {head + time_rule + "[[rule]]\nquality = { path = \"$.q\" }\n" + heart_rate,
         "7:rule[1].quality: expected words for reliable, questionable or invalid"},
        {head + time_rule + "[patient]\npath = \"$.p\"\n[[rule]]\n" + heart_rate,
         "6:patient.authority: expected the name of an assigning authority"},
        {head + time_rule +
             "[[rule]]\n[[rule.value]]\npath = \"@.v\"\ncode_path = \"@.c\"\ncode_table = \"x\"\n",
         "10:rule[1].value[1].code_table: expected the name of a [lookup.NAME] table, got \"x\""},
        {head + time_rule + "[[rule]]\n" + heart_rate + "unit_path = \"@.u\"\nunit_table = \"x\"\n",
         "11:rule[1].value[1].unit_table: expected the name of a [units.NAME] table, got \"x\""},
        {head + "[timestamp]\npath = \"$.t\"\nformat = \"local\"\nzone = \"Mars/Base\"\n[[rule]]\n" +
             heart_rate,
         "6:timestamp.zone: expected a time zone this system knows, such as Europe/Berlin"},
    }));
    CAPTURE(row.toml);
    CHECK(first_problem(row.toml).substr(0, std::string(row.problem).size()) == row.problem);
}

TEST_CASE("a rule has what the mapping states for all rules unless it states its own", "[rule_settings]") {
    const std::string toml = head + time_rule + "[mode]\nfixed = \"demo\"\n[[rule]]\n" + heart_rate +
                             "[[rule]]\ntimestamp = { path = \"$.own\", format = \"epoch_s\" }\n"
                             "mode = { fixed = \"test\" }\n" +
                             heart_rate;
    const auto message = sample::mapped(toml, R"({"t":"2026-11-23T18:48:00Z","own":1795459681,"v":60})");
    const auto& observations = message.reports.at(0).observations;
    REQUIRE(observations.size() == 2);
    CHECK(observations[0].mode == edgeward::model::Mode::demo);
    CHECK(observations[1].mode == edgeward::model::Mode::test);
    CHECK(observations[1].effective.utc - observations[0].effective.utc == std::chrono::seconds(1));
}

TEST_CASE("a value may have a time of its own", "[rule_settings]") {
    const std::string toml = head + time_rule + "[[rule]]\n" + heart_rate +
                             "[[rule.value]]\nparameter = \"nibp_mean\"\npath = \"$.nibp\"\n"
                             "timestamp = { path = \"$.nibp_at\", format = \"rfc3339\" }\n";
    const auto message = sample::mapped(
        toml, R"({"t":"2026-11-23T18:48:00Z","v":60,"nibp":80,"nibp_at":"2026-11-23T18:40:00Z"})");
    CHECK(message.reports.at(0).observations.at(1).effective.utc ==
          sample::received - std::chrono::minutes(8));
    // Without the value its time is not needed.
    CHECK(sample::mapped(toml, R"({"t":"2026-11-23T18:48:00Z","v":60})").reports.at(0).observations.size() ==
          1);
}

TEST_CASE("receipt without a sequence is a warning and with one it is not", "[rule_settings]") {
    const std::string receipt = head + "[timestamp]\nformat = \"receipt\"\n";
    CHECK(parse_mapping(receipt + "[[rule]]\n" + heart_rate, "m.toml").warnings.size() == 1);
    CHECK(parse_mapping(receipt + "[sequence]\npath = \"$.s\"\n[[rule]]\n" + heart_rate, "m.toml")
              .warnings.empty());
}
