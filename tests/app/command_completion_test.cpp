#include <catch2/catch_test_macros.hpp>

#include "installation.hpp"

namespace edgeward::app {
namespace {

// What bash offers after these words, asked of a real bash.
std::string offered(const support::ScratchFolder& folder, const std::string& script,
                    const std::string& words) {
    const auto file = folder.write("edgeward.bash", script);
    const std::string ask =
        "source '" + file.string() + "'; COMP_WORDS=(edgeward " + words +
        " ''); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _edgeward; echo \"${COMPREPLY[@]} \"";
    support::Program bash({"bash", "-c", ask}, folder / "offered");
    REQUIRE(bash.wait() == 0);
    return ' ' + bash.output();
}

}  // namespace

TEST_CASE("bash offers the commands and options that fit", "[command_completion]") {
    const support::ScratchFolder folder;
    const auto script = run_edgeward({"completion", "bash"});
    CHECK(script.code == exit_success);
    const auto first = offered(folder, script.out, "");
    for (const char* word : {" run ", " config ", " dead-letter ", " --json "})
        CHECK(contains(first, word));
    CHECK_FALSE(contains(first, " check "));
    const auto second = offered(folder, script.out, "--json config");
    CHECK(contains(second, " check "));
    CHECK(contains(second, " explain "));
    CHECK_FALSE(contains(second, " run "));
    CHECK(contains(offered(folder, script.out, "association begin"), " --from "));
}

TEST_CASE("every shell named in the help gets its script", "[command_completion]") {
    CHECK(contains(run_edgeward({"completion", "zsh"}).out, "bashcompinit"));
    const auto fish = run_edgeward({"completion", "fish"}).out;
    CHECK(contains(fish, "complete -c edgeward -n 'not __fish_seen_subcommand_from run"));
    CHECK(contains(fish, "-a check -d 'Report every mistake"));
    CHECK(run_edgeward({"completion", "powershell"}).code == exit_usage);
    CHECK(run_edgeward({"completion"}).code == exit_usage);
}

}  // namespace edgeward::app
