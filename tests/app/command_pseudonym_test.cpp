#include <catch2/catch_test_macros.hpp>

#include "installation.hpp"

namespace edgeward::app {

TEST_CASE("a pseudonym is resolved with a reason and printed line by line", "[command_pseudonym]") {
    const Installation here;
    CannedDaemon daemon(here);
    daemon.answers("POST", "/v1/pseudonyms/resolve",
                   {{"destination", "research"},
                    {"corrected", true},
                    {"pseudonym", "RES1-X0QXG5A1P9GVLA851NPADL"},
                    {"identifiers", {{{"value", "4711"}, {"authority", "KIS"}, {"type", "MR"}}}}});
    daemon.start();
    const auto done = here.run({"pseudonym", "resolve", "research", "RES1-X0QXG5A1P9GVLA851NPADM", "--reason",
                                "incidental_finding", "--correct"});
    CHECK(done.code == exit_success);
    CHECK(contains(done.out, "corrected to RES1-X0QXG5A1P9GVLA851NPADL\n4711\tKIS\tMR\n"));
    CHECK(daemon.body() == nlohmann::json{{"destination", "research"},
                                          {"pseudonym", "RES1-X0QXG5A1P9GVLA851NPADM"},
                                          {"reason", "incidental_finding"},
                                          {"correct", true}});
}

TEST_CASE("without a reason from the list nobody is asked", "[command_pseudonym]") {
    const Installation here;
    CannedDaemon daemon(here);
    daemon.start();
    CHECK(here.run({"pseudonym", "resolve", "research", "RES1-X"}).code == exit_usage);
    CHECK(here.run({"pseudonym", "resolve", "research", "RES1-X", "--reason", "curiosity"}).code ==
          exit_usage);
    CHECK(daemon.asked().empty());
}

}  // namespace edgeward::app
