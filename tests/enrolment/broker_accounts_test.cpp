#include <edgeward/enrolment/broker_accounts.hpp>

#include "ingest/broker.hpp"

// With a real mosquitto, its dynamic security plugin and the access list we ship. What an account may and may
// not do: tests/end_to_end/device_password_test.py.
namespace edgeward::enrolment {
namespace {

using ingest::Broker;
using support::eventually;

std::string plugin() {
    for (const auto& folder : std::filesystem::directory_iterator("/usr/lib")) {
        const auto library = folder.path() / "mosquitto_dynamic_security.so";
        if (std::filesystem::exists(library)) return library;
    }
    return {};
}

struct Scene {
    explicit Scene(const std::string& certificate = "gateway", bool with_plugin = true) {
        const auto file = folder / "dynamic-security.json";
        std::filesystem::copy(EDGEWARD_SOURCE_DIR "/config/mosquitto/dynamic-security.json", file);
        std::filesystem::permissions(
            file, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
        broker = std::make_unique<Broker>(
            "broker", with_plugin ? "plugin " + plugin() + "\nplugin_opt_config_file " + file.string() + "\n"
                                  : std::string());
        transport::MqttLinkSettings settings;
        settings.host = "localhost";
        settings.port = broker->port();
        settings.tls = {"ca.pem", certificate + ".pem", certificate + ".key", "ca.crl", ""};
        settings.client_id = "edgeward-accounts";
        settings.retry = {std::chrono::milliseconds(50), std::chrono::milliseconds(200)};
        auto opened = open_broker_accounts(settings, credentials, system_random());
        REQUIRE(opened);
        accounts = *std::move(opened);
    }
    bool connected() {
        return eventually([&] {
            const auto listed = accounts->list();
            return listed || listed.error().kind != ErrorKind::unavailable;
        });
    }

    support::ScratchFolder folder;
    config::Credentials credentials{ingest::certificates()};
    std::unique_ptr<Broker> broker;
    std::unique_ptr<BrokerAccounts> accounts;
};

}  // namespace

TEST_CASE("accounts are made, listed and removed at a broker", "[broker_accounts]") {
    Scene scene;
    REQUIRE(scene.connected());
    REQUIRE(scene.accounts->create("pump-7", "a password"));
    REQUIRE(scene.accounts->create("pump-7", "another"));
    REQUIRE(scene.accounts->create("pump-8", "a third"));
    CHECK(*scene.accounts->list() == std::vector<BrokerAccount>{{"pump-7", true}, {"pump-8", true}});
    REQUIRE(scene.accounts->remove("pump-7"));
    REQUIRE(scene.accounts->remove("pump-7"));
    CHECK(*scene.accounts->list() == std::vector<BrokerAccount>{{"pump-8", true}});
    // They are the broker's: a restart keeps them.
    scene.broker->stop();
    REQUIRE(eventually([&] { return !scene.accounts->list().has_value(); }));
    CHECK(scene.accounts->create("pump-9", "never").error().kind == ErrorKind::unavailable);
    scene.broker->start();
    REQUIRE(scene.connected());
    CHECK(*scene.accounts->list() == std::vector<BrokerAccount>{{"pump-8", true}});
}

TEST_CASE("a broker without the plugin makes no account", "[broker_accounts]") {
    Scene scene("gateway", false);
    auto kind = ErrorKind::unavailable;  // until it is connected
    REQUIRE(eventually([&] {
        kind = scene.accounts->create("pump-7", "a password").error().kind;
        return kind != ErrorKind::unavailable;
    }));
    CHECK(kind == ErrorKind::ambiguous);
}

TEST_CASE("who is not the gateway cannot change accounts", "[broker_accounts]") {
    Scene scene("monitor-1");
    REQUIRE(
        eventually([&] { return scene.broker->times_logged("Sending SUBACK to edgeward-accounts") > 0; }));
    CHECK_FALSE(scene.accounts->create("pump-7", "a password"));
}

TEST_CASE("an account manager without its credentials is not opened", "[broker_accounts]") {
    const support::ScratchFolder empty;
    transport::MqttLinkSettings settings;
    settings.host = "localhost";
    const auto refused = open_broker_accounts(settings, config::Credentials(empty.path()), system_random());
    REQUIRE_FALSE(refused);
    CHECK(refused.error().kind == ErrorKind::misconfigured);
}

}  // namespace edgeward::enrolment
