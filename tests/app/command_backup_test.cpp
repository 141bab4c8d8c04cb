#include <catch2/catch_test_macros.hpp>

#include "gateway.hpp"
#include "installation.hpp"

namespace edgeward::app {
namespace {

using nlohmann::json;

// An installation whose gateway runs without a broker.
struct Running : Installation {
    Running() {
        set("mqtt", "port", "1");
        set("admin", "port", "0");
        REQUIRE(run({"key", "recovery", "generate", secret(), (folder() / "recovery.pem").string()}).code ==
                exit_success);
        set("backup", "recovery_key", "\"recovery.pem\"");
        start();
    }
    void start() {
        auto loaded = load_configuration(config());
        REQUIRE(loaded.problems.empty());
        auto opened = Gateway::open(std::move(loaded), config());
        REQUIRE(opened);
        gateway = *std::move(opened);
        REQUIRE(gateway->start());
    }
    [[nodiscard]] std::string secret() const { return (folder() / "recovery.key").string(); }
    [[nodiscard]] json ask(std::vector<std::string> arguments) const {
        arguments.insert(arguments.begin(), "--json");
        const auto ran = run(std::move(arguments));
        CAPTURE(ran.err);
        REQUIRE(ran.code == exit_success);
        return json::parse(ran.out);
    }
    std::unique_ptr<Gateway> gateway;
};

}  // namespace

TEST_CASE("a gateway is backed up; destroyed and restored by its commands", "[command_backup]") {
    Running here;
    const auto made = here.ask({"backup", "create"});
    CHECK(here.ask({"backup", "list"}).at("backups").size() == 2);
    CHECK(here.ask({"backup", "verify"}).at("name") == made.at("name"));
    CHECK(here.ask({"backup", "verify", "--recovery-key", here.secret()}).at("digest") == made.at("digest"));
    CHECK(here.ask({"backup", "schedule"}).at("last_name") == made.at("name"));
    CHECK(contains(here.run({"backup", "schedule"}).out, "recovery key   set"));

    const auto refused = here.run({"backup", "restore", "--recovery-key", here.secret()});
    CHECK(refused.code == exit_denied);
    CHECK(contains(refused.err, "the gateway is running"));
    here.gateway->stop();
    here.gateway.reset();
    CHECK(here.run({"backup", "restore", "--recovery-key", here.secret()}).code ==
          exit_denied);  // not unasked

    std::filesystem::remove_all(here.folder() / "data");
    std::filesystem::remove(here.config());
    write_text(here.folder() / "credentials" / "kek", run_edgeward({"key", "generate"}).out);
    const auto restored = here.run({"backup", "restore", "--recovery-key", here.secret(), "--from",
                                    (here.folder() / "backups").string()});
    CAPTURE(restored.err);
    REQUIRE(restored.code == exit_success);
    CHECK(contains(restored.out, "start the gateway now"));
    here.start();
    const auto status = here.ask({"status"});
    CHECK(status.at("audit").at("sequence") > 4);
}

TEST_CASE("commands say what is missing", "[command_backup]") {
    const Installation here;
    CHECK(here.run({"backup", "create"}).code == exit_unavailable);  // nobody runs
    CHECK(here.run({"backup", "schedule"}).code == exit_unavailable);
    CHECK(here.run({"backup", "list"}).code == exit_unavailable);  // no folder yet
    std::filesystem::create_directory(here.folder() / "backups");
    CHECK(contains(here.run({"backup", "list"}).out, "0 parts"));
    CHECK(contains(here.run({"backup", "restore"}).err, "there is no backup"));
    CHECK(here.run({"backup", "verify", "--recovery-key", "none"}).code == exit_unavailable);
    CHECK(here.run({"backup"}).code == exit_usage);
}

}  // namespace edgeward::app
