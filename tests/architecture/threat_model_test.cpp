#include <catch2/catch_test_macros.hpp>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>
#include <string>

namespace {

namespace fs = std::filesystem;

std::string read(const fs::path& path) {
    std::ifstream stream(path);
    return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

// "module: sentence" of every test in the tree.
std::set<std::string> names_of_tests(const fs::path& tests) {
    static const std::regex form("TEST_CASE\\(\\s*\"([^\"]+)\"");
    std::set<std::string> names;
    for (const auto& entry : fs::recursive_directory_iterator(tests)) {
        if (entry.path().extension() != ".cpp") continue;
        const std::string text = read(entry.path());
        const std::string module = entry.path().parent_path().filename().string();
        for (std::sregex_iterator at(text.begin(), text.end(), form), end; at != end; ++at) {
            names.insert(module + ": " + (*at)[1].str());
        }
    }
    names.insert(
        "systemd: the shipped units are sound and closed");  // a script, tests/systemd/CMakeLists.txt
    return names;
}

}  // namespace

TEST_CASE("every test the threat model names exists", "[threat_model]") {
    const fs::path root = EDGEWARD_SOURCE_DIR;
    const std::string model = read(root / "docs" / "threat-model.md");
    const auto names = names_of_tests(root / "tests");
    static const std::regex form("`([a-z0-9]+: [A-Za-z][^`]+)`");
    int named = 0;
    for (std::sregex_iterator at(model.begin(), model.end(), form), end; at != end; ++at) {
        const std::string name = (*at)[1].str();
        if (name == "module: sentence") continue;
        ++named;
        CAPTURE(name);
        CHECK(names.count(name) == 1);
    }
    CHECK(named >= 40);
}
