#include "command_tree.hpp"

#include <catch2/catch_test_macros.hpp>

#include <CLI/CLI.hpp>

namespace edgeward::app {

TEST_CASE("the tree has every command with its options and defaults", "[command_tree]") {
    CLI::App app("The summary", "edgeward");
    std::string config = "/etc/x.toml";
    bool json = false;
    std::string file;
    app.add_option("-c,--config", config, "The file")->capture_default_str();
    app.add_flag("--json", json, "As JSON");
    auto* mapping = app.add_subcommand("mapping", "Mappings");
    mapping->add_subcommand("lint", "Check one")->add_option("file", file, "Which")->required();

    const CommandNode root = command_tree(app);
    CHECK(root.path == "edgeward");
    CHECK(root.summary == "The summary");
    REQUIRE(root.options.size() == 3);  // with --help
    CHECK(root.options[0].name == "--help");
    CHECK_FALSE(root.options[0].takes_value);
    CHECK(root.options[1].name == "--config");
    CHECK(root.options[1].takes_value);
    CHECK(root.options[1].fallback == "/etc/x.toml");
    CHECK_FALSE(root.options[2].takes_value);
    REQUIRE(root.children.size() == 1);
    const CommandNode& lint = root.children[0].children.at(0);
    CHECK(lint.path == "edgeward mapping lint");
    CHECK(lint.options.back().positional);
    CHECK(lint.options.back().name == "file");
}

}  // namespace edgeward::app
