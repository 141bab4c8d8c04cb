#include "rule_reader.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "scene.hpp"

namespace edgeward::alarm {
namespace {

// The only problem of a text.
std::string problem_of(const std::string& toml) {
    const auto loaded = parse_rules(toml, "x.toml");
    if (loaded.problems.empty()) return "none";
    return loaded.problems.front().to_string();
}

}  // namespace

TEST_CASE("a threshold is read with everything it says", "[rule_reader]") {
    const auto set = rules(R"(
[[rule]]
name = "spo2-low"
kind = "threshold"
priority = "high"
text.de = "SpO2 niedrig"
text.en = "SpO2 low"
code = "spo2"
below = 88
hysteresis = 2
least_plausible = 20
most_plausible = 101
delay = "10s"
wards = ["ICU"]
devices = ["monitor-1"]
mappings = ["monitor_flat"]
[[rule.person]]
pseudonym = "000102030405060708090a0b0c0d0e0f"
below = 82
[[rule.person]]
pseudonym = "ff0102030405060708090a0b0c0d0e0f"
off = true
)");
    REQUIRE(set.rules.size() == 1);
    const Rule& rule = set.rules.front();
    CHECK(rule.kind == Kind::threshold);
    CHECK(rule.priority == Priority::high);
    CHECK(rule.texts.at("de") == "SpO2 niedrig");
    REQUIRE(rule.conditions.size() == 1);
    const Condition& condition = rule.conditions.front();
    CHECK(condition.mdc == 150456);
    CHECK(condition.loinc == "59408-5");
    CHECK(condition.ucum == "%");
    CHECK(condition.limits.below == 88);
    CHECK_FALSE(condition.limits.above);
    CHECK(condition.limits.hysteresis == 2);
    CHECK(rule.delay == std::chrono::seconds(10));
    CHECK(rule.wards == std::vector<std::string>{"ICU"});
    CHECK(rule.mappings == std::vector<std::string>{"monitor_flat"});
    REQUIRE(rule.persons.size() == 2);
    CHECK(rule.persons.begin()->second->below == 82);
    CHECK_FALSE(std::next(rule.persons.begin())->second);
}

TEST_CASE("codes may be MDC codes and LOINCs, known to us or not", "[rule_reader]") {
    const auto code = [](const std::string& lines) {
        return rules(
                   "[[rule]]\nname = \"r\"\nkind = \"threshold\"\npriority = \"low\"\ntext.en = \"x\"\nabove "
                   "= 1\n" +
                   lines)
            .rules.front()
            .conditions.front();
    };
    CHECK(code("code = \"147842\"").ucum == "/min");
    CHECK(code("code = \"147842\"").loinc == "8867-4");
    CHECK(code("code = \"8867-4\"").mdc == 0);
    CHECK(code("code = \"8867-4\"").loinc == "8867-4");
    CHECK(code("code = \"99999-9\"\nunit = \"mmol/L\"").loinc == "99999-9");
    CHECK(code("code = \"999999\"\nunit = \"%\"").mdc == 999999);
}

TEST_CASE("a combination needs all its conditions unless it says how many", "[rule_reader]") {
    const std::string head =
        "[[rule]]\nname = \"r\"\nkind = \"combination\"\npriority = \"low\"\ntext.en = \"x\"\n";
    const std::string parts =
        "[[rule.condition]]\ncode = \"heart_rate\"\nabove = 120\n[[rule.condition]]\ncode = \"spo2\"\nbelow "
        "= 90\n";
    CHECK(rules(head + parts).rules.front().needed == 2);
    CHECK(rules(head + "at_least = 1\nwindow = \"5min\"\n" + parts).rules.front().needed == 1);
    CHECK(problem_of(head + "at_least = 3\n" + parts) ==
          "x.toml:6:12: rule[1].at_least: expected a whole number from 1 to 2, got 3");
}

TEST_CASE("a mistake is named with its place and what was expected", "[rule_reader]") {
    struct Case {
        std::string lines;
        std::string problem;
    };
    const auto one = GENERATE(values<Case>({
        {"below = 88\nhysterese = 2\n",
         "x.toml:8:1: rule[1].hysterese: unknown setting; did you mean rule[1].hysteresis?"},
        {"hysteresis = 2\n", "x.toml:1:1: rule[1].below: expected below, above or both"},
        {"below = \"low\"\n",
         "x.toml:7:9: rule[1].below: expected a number from -1e+12 to 1e+12, "
         "got \"low\""},
        {"below = 88\nunit = \"mm[Hg]\"\n",
         "x.toml:8:8: rule[1].unit: expected a unit that % can be converted to"},
        {"below = 88\nunit = \"percent\"\n",
         "x.toml:8:8: rule[1].unit: expected a UCUM unit that is known; did you mean %?"},
        {"below = 88\nabove = 90\nhysteresis = 1\n",
         "x.toml:8:9: rule[1].above: expected more than below and twice the hysteresis: otherwise no value "
         "ends "
         "it"},
        {"below = 20\nleast_plausible = 50\n",
         "x.toml:7:9: rule[1].below: expected more than least_plausible: no value below it is judged"},
        {"below = 88\ndelay = \"10\"\n",
         "x.toml:8:9: rule[1].delay: expected a duration from 0s to 1d, got \"10\""},
        {"below = 88\n[[rule.person]]\npseudonym = \"4711\"\nbelow = 80\n",
         "x.toml:9:13: rule[1].person[1].pseudonym: expected 32 hexadecimal digits, an internal pseudonym"},
    }));
    CAPTURE(one.lines);
    CHECK(problem_of(spo2_low(one.lines)) == one.problem);
}

TEST_CASE("an unknown parameter names the nearest known one", "[rule_reader]") {
    CHECK(
        problem_of("[[rule]]\nname = \"r\"\nkind = \"missing\"\npriority = \"low\"\ntext.en = \"x\"\n"
                   "after = \"60s\"\ncode = \"heart_rat\"\nunit = \"/min\"\n") ==
        "x.toml:7:8: rule[1].code: expected a parameter that is known, an MDC code or a LOINC; did you mean "
        "heart_rate?");
}

TEST_CASE("what a rule cannot do without is asked for", "[rule_reader]") {
    CHECK(problem_of("[[rule]]\n").find("rule[1].name: expected a name of a-z, 0-9 and _ . -") !=
          std::string::npos);
    CHECK(problem_of(
              "[[rule]]\nname = \"r\"\npriority = \"low\"\ntext.en = \"x\"\ncode = \"spo2\"\nbelow = 1\n")
              .find("rule[1].kind: expected threshold, trend, combination or missing") != std::string::npos);
    CHECK(problem_of("[[rule]]\nname = \"r\"\nkind = \"trend\"\npriority = \"low\"\ntext.en = \"x\"\n"
                     "code = \"spo2\"\nfalls_by = 10\n")
              .find("rule[1].window: expected how far back a trend looks") != std::string::npos);
    CHECK(problem_of("[[rule]]\nname = \"R\"\nkind = \"missing\"\npriority = \"low\"\ntext.en = \"x\"\n"
                     "code = \"spo2\"\nafter = \"1min\"\n")
              .find("rule[1].name: expected 1 to 64 of a-z, 0-9 and _ . -") != std::string::npos);
}

}  // namespace edgeward::alarm
