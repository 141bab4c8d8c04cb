#include "evaluation.hpp"

#include <catch2/catch_test_macros.hpp>

#include "configuration.hpp"
#include "installation.hpp"

namespace edgeward::app {
namespace {

namespace fs = std::filesystem;

EvaluationSettings settings_in(const fs::path& folder) {
    ::unsetenv("CREDENTIALS_DIRECTORY");
    EvaluationSettings settings;
    settings.folder = folder;
    settings.mappings = shipped_mappings();
    settings.devices = {"monitor-1"};
    settings.servers = {"kis"};
    settings.broker_host = "broker.example";
    settings.broker_port = 18883;
    return settings;
}

// Does the openssl program accept it for that purpose and, unless empty, that host?
bool verifies(const fs::path& folder, const fs::path& certificate, const std::string& purpose,
              const std::string& host = {}) {
    std::vector<std::string> words = {
        "openssl",  "verify", "-x509_strict", "-CAfile", (folder / "authority" / "ca.pem").string(),
        "-purpose", purpose};
    if (!host.empty()) words.insert(words.end(), {"-verify_hostname", host});
    words.push_back(certificate.string());
    return support::Program(words, folder / "openssl.out").wait() == 0;
}

}  // namespace

TEST_CASE("the certificates of an evaluation verify for what they are for", "[evaluation]") {
    const support::ScratchFolder scratch;
    const auto folder = scratch / "e";
    REQUIRE(create_evaluation(settings_in(folder), system_clock().now()));
    CHECK(verifies(folder, folder / "credentials" / "gateway-certificate", "sslclient"));
    CHECK(verifies(folder, folder / "credentials" / "admin-certificate", "sslserver", "localhost"));
    CHECK(verifies(folder, folder / "broker" / "tls" / "broker.pem", "sslserver", "broker.example"));
    CHECK(verifies(folder, folder / "devices" / "monitor-1.pem", "sslclient"));
    CHECK(verifies(folder, folder / "servers" / "kis.pem", "sslserver", "localhost"));
    CHECK_FALSE(verifies(folder, folder / "devices" / "monitor-1.pem", "sslserver"));
    CHECK_FALSE(verifies(folder, folder / "servers" / "kis.pem", "sslserver", "elsewhere.example"));
}

TEST_CASE("nobody else can read a secret of an evaluation", "[evaluation]") {
    const support::ScratchFolder scratch;
    const auto folder = scratch / "e";
    REQUIRE(create_evaluation(settings_in(folder), system_clock().now()));
    std::size_t secrets = 0;
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
        const auto mode = entry.status().permissions() & fs::perms::mask;
        if (entry.is_directory()) CHECK(mode == fs::perms::owner_all);
        if (!entry.is_regular_file()) continue;
        const auto name = entry.path().filename().string();
        const bool secret = name.ends_with("key") || name == "kek" || name == "keyring" ||
                            support::text_of_file(entry.path()).find("PRIVATE KEY") != std::string::npos;
        if (!secret) continue;
        ++secrets;
        CHECK(mode == (fs::perms::owner_read | fs::perms::owner_write));
    }
    CHECK(secrets == 8);  // kek, keyring, and the keys of authority, gateway, admin, broker, device, server
}

TEST_CASE("the configuration of an evaluation is sound and stays in its folder", "[evaluation]") {
    const support::ScratchFolder scratch;
    const auto folder = scratch / "e";
    REQUIRE(create_evaluation(settings_in(folder), system_clock().now()));
    const auto loaded = load_configuration(folder / "edgeward.toml");
    REQUIRE(loaded.problems.empty());
    CHECK(fs::weakly_canonical(loaded.configuration.gateway.data_folder) ==
          fs::weakly_canonical(folder / "data"));
    CHECK(loaded.configuration.admin.socket == folder / "control.sock");
    CHECK(loaded.configuration.mqtt.host == "broker.example");
    CHECK(loaded.configuration.mqtt.port == 18883);
    const auto broker = support::text_of_file(folder / "broker" / "mosquitto.conf");
    CHECK(contains(broker, "18883 127.0.0.1"));
    CHECK_FALSE(contains(broker, "@"));
    CHECK(fs::exists(folder / "broker" / "acl"));
}

TEST_CASE("an evaluation is never made over another", "[evaluation]") {
    const support::ScratchFolder scratch;
    const auto settings = settings_in(scratch / "e");
    REQUIRE(create_evaluation(settings, system_clock().now()));
    const auto ring = support::text_of_file(settings.folder / "data" / "keyring");
    CHECK(create_evaluation(settings, system_clock().now()).error().kind == ErrorKind::misconfigured);
    CHECK(support::text_of_file(settings.folder / "data" / "keyring") == ring);
}

TEST_CASE("further certificates come from the same authority", "[evaluation]") {
    const support::ScratchFolder scratch;
    auto settings = settings_in(scratch / "e");
    CHECK(add_certificates(settings, system_clock().now()).error().kind == ErrorKind::misconfigured);
    REQUIRE(create_evaluation(settings, system_clock().now()));
    settings.devices = {"monitor-2"};
    settings.servers = {};
    REQUIRE(add_certificates(settings, system_clock().now()));
    CHECK(verifies(settings.folder, settings.folder / "devices" / "monitor-2.pem", "sslclient"));
    for (const char* name : {"", "../out", ".hidden", "a/b", "a b"}) {
        settings.devices = {name};
        CHECK(add_certificates(settings, system_clock().now()).error().kind == ErrorKind::invalid_input);
    }
}

TEST_CASE("a setting is changed in its own table only", "[evaluation]") {
    const std::string text = "# [b]\n\n[a]\nport = 1\n[a.tls]\nkey = 2\n[b]\nport = 3\nhost = \"x\"\n";
    CHECK(*with_setting(text, "b", "port", "7") ==
          "# [b]\n\n[a]\nport = 1\n[a.tls]\nkey = 2\n[b]\nport = 7\nhost = \"x\"\n");
    CHECK(*with_setting(text, "b", "host", "\"y\"") ==
          "# [b]\n\n[a]\nport = 1\n[a.tls]\nkey = 2\n[b]\nport = 3\nhost = \"y\"\n");
    CHECK(with_setting(text, "a", "key", "7").error().kind == ErrorKind::misconfigured);
    CHECK(with_setting(text, "a", "host", "7").error().kind == ErrorKind::misconfigured);
    CHECK(with_setting(text, "c", "port", "7").error().kind == ErrorKind::misconfigured);
}

}  // namespace edgeward::app
