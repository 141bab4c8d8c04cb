#include <catch2/catch_test_macros.hpp>

#include "installation.hpp"

namespace edgeward::app {

TEST_CASE("a sound configuration is said to be sound", "[command_config]") {
    const Installation here;
    const auto ran = here.run({"config", "check"});
    CHECK(ran.code == exit_success);
    CHECK(contains(ran.out, "sound, 0 devices"));
    CHECK(ran.err.empty());
}

TEST_CASE("every mistake is a line with its place", "[command_config]") {
    const Installation here;
    here.set("mqtt", "port", "70000");
    here.append("[[device]]\nid = \"monitor-1\"\nmapping = \"none\"\n");
    const auto ran = here.run({"config", "check"});
    CHECK(ran.code == exit_misconfigured);
    CHECK(contains(ran.out, "mqtt.port: expected"));
    CHECK(contains(ran.out, ".mapping: expected"));
    const auto as_json = nlohmann::json::parse(here.run({"--json", "config", "check"}).out);
    REQUIRE(as_json.at("problems").size() == 2);
    CHECK(as_json.at("problems").at(0).at("path") == "mqtt.port");
    CHECK(as_json.at("problems").at(0).at("line") > 0);
}

TEST_CASE("a setting is explained with its place and a secret without its value", "[command_config]") {
    const Installation here;
    const auto ran = here.run({"config", "explain", "mqtt.port"});
    CHECK(ran.code == exit_success);
    CHECK(contains(ran.out, "# Port of the broker, 1 to 65535.\nmqtt.port = 8883   ("));
    CHECK(contains(ran.out, "edgeward.toml:"));
    CHECK_FALSE(contains(here.run({"config", "explain", "mqtt.tls.key"}).out, "gateway-key"));
    const auto as_json = nlohmann::json::parse(here.run({"--json", "config", "explain"}).out);
    CHECK(as_json.size() > 40);
    const auto unknown = here.run({"config", "explain", "mqqt"});
    CHECK(unknown.code == exit_failure);
    CHECK(contains(unknown.err, "mqqt"));
}

}  // namespace edgeward::app
