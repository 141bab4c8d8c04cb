#include <catch2/catch_test_macros.hpp>

#include "installation.hpp"

namespace edgeward::app {

TEST_CASE("an evaluation is made once and further certificates are added", "[command_init]") {
    const support::ScratchFolder scratch;
    const auto folder = scratch / "e";
    const std::vector<std::string> init = {"init", "--evaluation", folder.string(), "--mappings",
                                           shipped_mappings().string()};
    const auto made = run_edgeward(init);
    CHECK(made.code == exit_success);
    CHECK(contains(made.out, "broker/mosquitto.conf"));
    CHECK_FALSE(contains(made.out, "mosquitto_pub"));
    CHECK(run_edgeward({"--config", (folder / "edgeward.toml").string(), "config", "check"}).code ==
          exit_success);
    CHECK(run_edgeward(init).code == exit_misconfigured);
    CHECK(run_edgeward({"init", "--evaluation", folder.string(), "--add", "--device", "monitor-2"}).code ==
          exit_success);
    CHECK(std::filesystem::exists(folder / "devices" / "monitor-2.key"));
    CHECK(run_edgeward({"init", "--evaluation", folder.string(), "--add", "--device", "../x"}).code ==
          exit_failure);
}

TEST_CASE("an evaluation without the shipped mappings says what is missing", "[command_init]") {
    const support::ScratchFolder scratch;
    const auto ran = run_edgeward(
        {"init", "--evaluation", (scratch / "e").string(), "--mappings", (scratch / "none").string()});
    CHECK(ran.code == exit_misconfigured);
    CHECK(contains(ran.err, "mappings"));
}

TEST_CASE("without a folder the key ring of the configured installation is made", "[command_init]") {
    const Installation here;
    CHECK(here.run({"init"}).code == exit_misconfigured);  // there is one already
    std::filesystem::remove(here.folder() / "data" / "keyring");
    CHECK(here.run({"init"}).code == exit_success);
    CHECK(std::filesystem::exists(here.folder() / "data" / "keyring"));
    here.set("mqtt", "port", "70000");
    CHECK(here.run({"init"}).code == exit_misconfigured);
}

}  // namespace edgeward::app
