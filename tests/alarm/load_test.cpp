#include <edgeward/alarm/rule.hpp>

#include <catch2/catch_test_macros.hpp>

#include "scene.hpp"
#include "support/scratch_folder.hpp"

namespace edgeward::alarm {

TEST_CASE("every toml file of a folder gives its rules in name order", "[load]") {
    const support::ScratchFolder folder;
    folder.write("b.toml", spo2_low());
    folder.write("a.toml",
                 "[[rule]]\nname = \"silence\"\nkind = \"missing\"\npriority = \"low\"\n"
                 "text.de = \"Keine Werte\"\ncode = \"spo2\"\nafter = \"60s\"\n");
    folder.write("notes.txt", "no rule");
    const auto loaded = load_rules(folder.path());
    CHECK(loaded.problems.empty());
    REQUIRE(loaded.set.rules.size() == 2);
    CHECK(loaded.set.rules[0].name == "silence");
    CHECK(loaded.set.rules[1].name == "spo2-low");
}

TEST_CASE("another text gives another digest", "[load]") {
    CHECK(rules(spo2_low()).digest == rules(spo2_low()).digest);
    CHECK(rules(spo2_low()).digest != rules(spo2_low("below = 89\n")).digest);
}

TEST_CASE("two rules cannot share a name", "[load]") {
    const support::ScratchFolder folder;
    folder.write("a.toml", spo2_low());
    folder.write("b.toml", "\n" + spo2_low());
    const auto loaded = load_rules(folder.path());
    REQUIRE(loaded.problems.size() == 1);
    CHECK(loaded.problems.front().path == "rule[1].name");
    CHECK(loaded.problems.front().line == 3);
    CHECK(loaded.problems.front().text.find("a.toml:2:1") != std::string::npos);
}

TEST_CASE("a folder that is not there is a problem", "[load]") {
    const support::ScratchFolder folder;
    CHECK(load_rules(folder.path() / "none").problems.size() == 1);
    CHECK(load_rules(folder.path()).problems.empty());
}

TEST_CASE("the shipped example is sound", "[load]") {
    const auto loaded = load_rules(std::filesystem::path(EDGEWARD_SOURCE_DIR) / "config/alarms");
    for (const auto& problem : loaded.problems)
        UNSCOPED_INFO(problem.to_string());
    CHECK(loaded.problems.empty());
    CHECK(loaded.set.rules.size() == 5);
}

}  // namespace edgeward::alarm
