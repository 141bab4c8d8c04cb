#include <edgeward/config/rule_files.hpp>

#include <catch2/catch_test_macros.hpp>

#include "support/scratch_folder.hpp"

namespace edgeward::config {
namespace {

struct Reader {
    std::vector<std::string> seen;
    TakeText take = [this](const std::string& text, const std::string& name) {
        seen.push_back(std::filesystem::path(name).filename().string() + ": " + text);
    };
};

}  // namespace

TEST_CASE("rules are read file by file in the order of names", "[rule_files]") {
    const support::ScratchFolder folder;
    for (const char* name : {"b.toml", "a.toml", "c.md"})
        folder.write(name, std::string("of ") + name);
    Reader reader;
    CHECK(read_rule_files(folder.path(), ".toml", "alarm rules", reader.take).empty());
    CHECK(reader.seen == std::vector<std::string>{"a.toml: of a.toml", "b.toml: of b.toml"});
}

TEST_CASE("a file that is too large is a problem and the others are read", "[rule_files]") {
    const support::ScratchFolder folder;
    folder.write("a.toml", std::string((1U << 20U) + 1, '#'));
    folder.write("b.toml", "x");
    Reader reader;
    const auto problems = read_rule_files(folder.path(), ".toml", "alarm rules", reader.take);
    REQUIRE(problems.size() == 1);
    CHECK(problems[0].file == (folder / "a.toml").string());
    CHECK(problems[0].text.rfind("expected a readable file of at most 1 MiB: ", 0) == 0);
    CHECK(reader.seen == std::vector<std::string>{"b.toml: x"});
}

TEST_CASE("a folder that is not there is a problem that says what it should hold", "[rule_files]") {
    const support::ScratchFolder folder;
    Reader reader;
    const auto problems = read_rule_files(folder / "none", ".toml", "alarm rules", reader.take);
    REQUIRE(problems.size() == 1);
    CHECK(problems[0].file == (folder / "none").string());
    CHECK(problems[0].text.rfind("expected a readable folder of alarm rules: ", 0) == 0);
    CHECK(reader.seen.empty());
}

}  // namespace edgeward::config
