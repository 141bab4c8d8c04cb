#include <edgeward/mapping/mapping.hpp>

#include <catch2/catch_test_macros.hpp>

#include <filesystem>
#include <string>

#include "support/scratch_folder.hpp"

using namespace edgeward::mapping;
using edgeward::support::ScratchFolder;
namespace fs = std::filesystem;

namespace {

std::string mapping(const std::string& name,
                    const std::string& time = "path = \"$.t\"\nformat = \"rfc3339\"\n") {
    return "[mapping]\nname = \"" + name + "\"\n[timestamp]\n" + time +
           "[[rule]]\n[[rule.value]]\nparameter = \"spo2\"\npath = \"$.v\"\n";
}

}  // namespace

TEST_CASE("every toml file of a folder becomes a mapping", "[load]") {
    const ScratchFolder folder;
    folder.write("b.toml", mapping("two"));
    folder.write("a.toml", mapping("one"));
    folder.write("notes.txt", "no mapping");
    const LoadedMappings loaded = load_mappings(folder.path());
    CHECK(loaded.problems.empty());
    CHECK(loaded.set.names() == std::vector<std::string>{"one", "two"});
    CHECK(loaded.set.find("two") != nullptr);
    CHECK(loaded.set.find("three") == nullptr);
}

TEST_CASE("a broken file does not hide the sound ones", "[load]") {
    const ScratchFolder folder;
    folder.write("a.toml", mapping("one"));
    folder.write("b.toml", "[mapping]\n");
    const LoadedMappings loaded = load_mappings(folder.path());
    CHECK_FALSE(loaded.problems.empty());
    CHECK(loaded.set.names() == std::vector<std::string>{"one"});
}

TEST_CASE("two mappings cannot share a name", "[load]") {
    const ScratchFolder folder;
    folder.write("a.toml", mapping("same"));
    folder.write("b.toml", mapping("same"));
    const LoadedMappings loaded = load_mappings(folder.path());
    REQUIRE(loaded.problems.size() == 1);
    CHECK(loaded.problems.front().path == "mapping.name");
    CHECK(loaded.problems.front().file.find("b.toml") != std::string::npos);
}

TEST_CASE("a folder or file that is not there is a problem", "[load]") {
    const ScratchFolder folder;
    CHECK(load_mappings(folder.path() / "none").problems.size() == 1);
    CHECK(load_mapping(folder.path() / "none.toml").problems.size() == 1);
    CHECK(lint(folder.path() / "none.toml").size() == 1);
}

TEST_CASE("lint lists problems and then warnings of a file or a folder", "[load]") {
    const ScratchFolder folder;
    folder.write("a.toml", mapping("one", "format = \"receipt\"\n"));
    folder.write("b.toml", "[mapping]\nname = \"two\"\n");
    const auto all = lint(folder.path());
    REQUIRE(all.size() == 2);
    CHECK(all.front().file.find("b.toml") != std::string::npos);
    CHECK(all.back().text.starts_with("warning: "));
    CHECK(all.back().line == 5);
    CHECK(lint(folder.path() / "a.toml").size() == 1);
}
