#include <catch2/catch_test_macros.hpp>

#include "configuration.hpp"
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

TEST_CASE("a file is compared with another one", "[command_config]") {
    const Installation here;
    const auto other = here.folder() / "earlier.toml";
    std::filesystem::copy_file(here.config(), other);
    CHECK(here.run({"config", "diff", other.string()}).out == "no difference\n");
    here.set("log", "level", "\"debug\"");
    const auto reloadable = here.run({"config", "diff", other.string()});
    CHECK(reloadable.code == exit_success);
    CHECK(contains(reloadable.out, "~ log.level = \"info\" -> \"debug\"   ("));
    CHECK(contains(reloadable.out, "'edgeward reload' makes this effective"));
    here.set("mqtt", "port", "1884");
    const auto ran = here.run({"config", "diff", other.string()});
    CHECK(contains(ran.out, "would refuse this: mqtt.port takes effect only after a restart"));
    const auto as_json = nlohmann::json::parse(here.run({"--json", "config", "diff", other.string()}).out);
    CHECK(as_json.at("needs_restart") == true);
    REQUIRE(as_json.at("settings").size() == 2);
    CHECK(as_json.at("settings").at(1).at("setting") == "mqtt.port");
    CHECK(as_json.at("settings").at(1).at("before") == "8883");
    here.set("mqtt", "port", "0");
    const auto wrong = here.run({"config", "diff", other.string()});
    CHECK(wrong.code == exit_misconfigured);
    CHECK(contains(wrong.err, "mqtt.port: expected"));
}

TEST_CASE("a file is compared with what the gateway runs with", "[command_config]") {
    const Installation here;
    CannedDaemon daemon(here);
    const auto loaded = load_configuration(here.config());
    nlohmann::json running = {{"settings", nlohmann::json::array()}, {"mappings", nlohmann::json::array()}};
    for (const auto& setting : loaded.settings)
        running["settings"].push_back(
            {{"setting", setting.path}, {"value", setting.value}, {"from", setting.where}});
    for (const auto& mapping : loaded.mappings)
        running["mappings"].push_back({{"file", mapping.file}, {"sha256", to_hex(mapping.digest)}});
    running["mappings"].at(0)["sha256"] = std::string(64, '0');
    daemon.answers("GET", "/v1/configuration", running);
    daemon.start();
    const auto ran = here.run({"config", "diff"});
    CHECK(ran.code == exit_success);
    CHECK(ran.out ==
          "mapping " + loaded.mappings.at(0).file + ": changed\n'edgeward reload' makes this effective\n");
}

}  // namespace edgeward::app
