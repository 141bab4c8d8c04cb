#include <edgeward/mapping/mapping.hpp>

#include <catch2/catch_test_macros.hpp>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

using namespace edgeward::mapping;
namespace fs = std::filesystem;

namespace {

// A folder of its own, gone with the test.
class Folder {
public:
    Folder() {
        std::string name = (fs::temp_directory_path() / "edgeward-mappings-XXXXXX").string();
        REQUIRE(mkdtemp(name.data()) != nullptr);
        path_ = name;
    }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    ~Folder() {
        std::error_code ignored;
        fs::remove_all(path_, ignored);
    }
    [[nodiscard]] const fs::path& path() const { return path_; }
    void write(const std::string& name, const std::string& text) const {
        std::ofstream(path_ / name) << text;
    }

private:
    fs::path path_;
};

std::string mapping(const std::string& name,
                    const std::string& time = "path = \"$.t\"\nformat = \"rfc3339\"\n") {
    return "[mapping]\nname = \"" + name + "\"\n[timestamp]\n" + time +
           "[[rule]]\n[[rule.value]]\nparameter = \"spo2\"\npath = \"$.v\"\n";
}

}  // namespace

TEST_CASE("every toml file of a folder becomes a mapping", "[load]") {
    const Folder folder;
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
    const Folder folder;
    folder.write("a.toml", mapping("one"));
    folder.write("b.toml", "[mapping]\n");
    const LoadedMappings loaded = load_mappings(folder.path());
    CHECK_FALSE(loaded.problems.empty());
    CHECK(loaded.set.names() == std::vector<std::string>{"one"});
}

TEST_CASE("two mappings cannot share a name", "[load]") {
    const Folder folder;
    folder.write("a.toml", mapping("same"));
    folder.write("b.toml", mapping("same"));
    const LoadedMappings loaded = load_mappings(folder.path());
    REQUIRE(loaded.problems.size() == 1);
    CHECK(loaded.problems.front().path == "mapping.name");
    CHECK(loaded.problems.front().file.find("b.toml") != std::string::npos);
}

TEST_CASE("a folder or file that is not there is a problem", "[load]") {
    const Folder folder;
    CHECK(load_mappings(folder.path() / "none").problems.size() == 1);
    CHECK(load_mapping(folder.path() / "none.toml").problems.size() == 1);
    CHECK(lint(folder.path() / "none.toml").size() == 1);
}

TEST_CASE("lint lists problems and then warnings of a file or a folder", "[load]") {
    const Folder folder;
    folder.write("a.toml", mapping("one", "format = \"receipt\"\n"));
    folder.write("b.toml", "[mapping]\nname = \"two\"\n");
    const auto all = lint(folder.path());
    REQUIRE(all.size() == 2);
    CHECK(all.front().file.find("b.toml") != std::string::npos);
    CHECK(all.back().text.starts_with("warning: "));
    CHECK(all.back().line == 5);
    CHECK(lint(folder.path() / "a.toml").size() == 1);
}
