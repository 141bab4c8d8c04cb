#include <catch2/catch_test_macros.hpp>

#include "installation.hpp"

namespace edgeward::app {

TEST_CASE("each kind of error has its exit code", "[command_line]") {
    const std::pair<ErrorKind, int> codes[] = {{ErrorKind::invalid_input, 1}, {ErrorKind::rejected, 1},
                                               {ErrorKind::unavailable, 3},   {ErrorKind::ambiguous, 3},
                                               {ErrorKind::exhausted, 3},     {ErrorKind::denied, 4},
                                               {ErrorKind::misconfigured, 5}, {ErrorKind::corrupt, 6}};
    for (const auto& [kind, code] : codes)
        CHECK(exit_code_of({kind, "x"}) == code);
}

TEST_CASE("help and version are successes and a wrong command line is not", "[command_line]") {
    CHECK(run_edgeward({"--version"}).out == std::string(EDGEWARD_VERSION) + "\n");
    const auto help = run_edgeward({"--help"});
    CHECK(help.code == exit_success);
    for (const char* command : {"run", "init", "config", "mapping", "audit", "key", "status", "books",
                                "reload", "dead-letter", "quarantine", "person", "association", "consent"}) {
        CHECK(contains(help.out, command));
        CHECK(run_edgeward({command, "--help"}).code == exit_success);
    }
    CHECK(run_edgeward({}).code == exit_usage);
    CHECK(run_edgeward({"dance"}).code == exit_usage);
    CHECK(run_edgeward({"status", "--fast"}).code == exit_usage);
    CHECK(run_edgeward({"config"}).code == exit_usage);
}

TEST_CASE("a misspelt command is told what was meant", "[command_line]") {
    const auto stauts = run_edgeward({"--json", "stauts"});
    CHECK(stauts.code == exit_usage);
    CHECK(stauts.err == "edgeward: error: unknown command 'stauts'; did you mean status?\n");
    const auto chek = run_edgeward({"config", "chek"});
    CHECK(chek.code == exit_usage);
    CHECK(chek.err == "edgeward: error: unknown command 'chek' of edgeward config; did you mean check?\n");
    CHECK(contains(run_edgeward({"dance"}).err, "expected one of: run init config"));
    CHECK(contains(run_edgeward({"status", "--fast"}).err, "--fast"));
}

TEST_CASE("options are understood before and after the command", "[command_line]") {
    const Installation here;
    CHECK(run_edgeward({"--config", here.config().string(), "config", "check"}).code == exit_success);
    CHECK(run_edgeward({"config", "check", "--config", here.config().string()}).code == exit_success);
    CHECK(run_edgeward({"status", "--socket", (here.folder() / "none.sock").string()}).code ==
          exit_unavailable);
}

}  // namespace edgeward::app
