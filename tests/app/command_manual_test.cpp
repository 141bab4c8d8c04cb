#include <catch2/catch_test_macros.hpp>

#include "installation.hpp"

namespace edgeward::app {

TEST_CASE("the manual page names every command, option and exit code", "[command_manual]") {
    const auto page = run_edgeward({"manual"});
    CHECK(page.code == exit_success);
    CHECK(page.out.starts_with(".TH EDGEWARD 1 "));
    for (const char* part :
         {".SS \"edgeward config check\"", ".SS \"edgeward dead\\-letter retry\"", "\\fB\\-\\-from\\fR",
          ".SH EXIT STATUS", "call a person", "(default: /etc/edgeward/edgeward.toml)"}) {
        CAPTURE(part);
        CHECK(contains(page.out, part));
    }
}

TEST_CASE("groff finds nothing to complain about in the manual page", "[command_manual]") {
    const support::ScratchFolder folder;
    const auto file = folder.write("edgeward.1", run_edgeward({"manual"}).out);
    support::Program groff({"groff", "-man", "-Tutf8", "-Kutf8", "-P-cbou", "-ww", file.string()},
                           folder / "page");
    const int code = groff.wait();
    if (code == 127) SKIP("groff is not installed");
    CHECK(code == 0);
    CHECK(support::text_of_file(folder / "page.err").empty());
    CHECK(contains(groff.output(), "EXIT STATUS"));
}

}  // namespace edgeward::app
