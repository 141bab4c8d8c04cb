#include <edgeward/admin/admin_server.hpp>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

using namespace edgeward;
using namespace std::chrono_literals;

namespace {

struct ReadSettings {
    admin::AdminSettings settings;
    std::vector<config::Problem> problems;
};

ReadSettings read(const std::string& text) {
    auto document = config::Document::parse(text, "edgeward.toml");
    ReadSettings result{admin::read_admin_settings(document.root().table("admin")), {}};
    document.refuse_unread_keys();
    result.problems = document.problems();
    return result;
}

}  // namespace

TEST_CASE("an empty admin table means the defaults", "[admin_settings]") {
    const auto [settings, problems] = read("");
    CHECK(problems.empty());
    CHECK(settings.https);
    CHECK(settings.address == "127.0.0.1");
    CHECK(settings.port == 9443);
    CHECK_FALSE(settings.api);
    CHECK(settings.session_idle == 15min);
    CHECK(settings.session_longest == 8h);
    CHECK(settings.requests_per_minute == 600);
    CHECK_FALSE(settings.require_client_certificate);
    CHECK(settings.tls.certificate == "admin-certificate");
    CHECK(settings.tls.key == "admin-key");
    CHECK(settings.socket == "/run/edgeward/control.sock");
    CHECK(settings.socket_group.empty());
    CHECK(settings.max_connections == 64);
    CHECK(settings.request_timeout == 10s);
}

TEST_CASE("every admin setting is read", "[admin_settings]") {
    const auto [settings, problems] = read(R"(
[admin]
https = true
address = "::1"
port = 0
api = true
session_idle = "5min"
session_longest = "1h"
requests_per_minute = 60
require_client_certificate = true
socket = "/tmp/control.sock"
socket_group = "adm"
max_connections = 8
request_timeout = "2s"
[admin.tls]
certificate = "c"
key = "k"
ca = "a"
)");
    for (const auto& problem : problems)
        UNSCOPED_INFO(problem.to_string());
    CHECK(problems.empty());
    CHECK(settings.api);
    CHECK(settings.session_idle == 5min);
    CHECK(settings.session_longest == 1h);
    CHECK(settings.requests_per_minute == 60);
    CHECK(settings.address == "::1");
    CHECK(settings.port == 0);
    CHECK(settings.require_client_certificate);
    CHECK(settings.tls.certificate == "c");
    CHECK(settings.tls.key == "k");
    CHECK(settings.tls.ca == "a");
    CHECK(settings.socket == "/tmp/control.sock");
    CHECK(settings.socket_group == "adm");
    CHECK(settings.max_connections == 8);
    CHECK(settings.request_timeout == 2s);
}

TEST_CASE("an admin setting that cannot work is named", "[admin_settings]") {
    const auto [text, path] = GENERATE(table<std::string, std::string>({
        {"port = 70000", "admin.port"},
        {"api = true\nhttps = false", "admin.api"},
        {"session_idle = \"1s\"", "admin.session_idle"},
        {"session_longest = \"25h\"", "admin.session_longest"},
        {"requests_per_minute = 1", "admin.requests_per_minute"},
        {"address = \"localhost\"", "admin.address"},
        {"socket = \"relative.sock\"", "admin.socket"},
        {"socket = \"/" + std::string(107, 'x') + "\"", "admin.socket"},
        {"max_connections = 0", "admin.max_connections"},
        {"request_timeout = \"1h\"", "admin.request_timeout"},
        {"require_client_certificate = true", "admin.require_client_certificate"},
        {"ports = 1", "admin.ports"},
    }));
    CAPTURE(text);
    const auto problems = read("[admin]\n" + text + "\n").problems;
    REQUIRE(problems.size() == 1);
    CHECK(problems[0].path == path);
    CHECK(problems[0].line == 2);
}

TEST_CASE("security keys are off, or for a name and its pages", "[admin_settings]") {
    CHECK(read("").settings.webauthn.relying_party.empty());
    const auto [settings, problems] = read(R"(
[admin]
api = true
[admin.webauthn]
relying_party = "edgeward.example"
origins = ["https://edgeward.example", "https://edgeward.example:9443", "https://icu.edgeward.example:65535"]
)");
    CHECK(problems.empty());
    CHECK(settings.webauthn.relying_party == "edgeward.example");
    CHECK(settings.webauthn.origins.size() == 3);
    CHECK(read("[admin]\napi = true\n[admin.webauthn]\nrelying_party = \"localhost\"").problems.empty());
}

TEST_CASE("a relying party that no browser would take is refused", "[admin_settings]") {
    const std::string name = GENERATE("Edgeward.example", "192.0.2.1", "edgeward..example",
                                      "-edgeward.example", "edgeward.example.", "https://edgeward.example",
                                      "edgeward.example:9443", "edgeward_.example", "münchen.example");
    INFO(name);
    const auto read_name = read("[admin]\napi = true\n[admin.webauthn]\nrelying_party = \"" + name + "\"");
    REQUIRE(read_name.problems.size() == 1);
    CHECK(read_name.problems[0].path == "admin.webauthn.relying_party");
}

TEST_CASE("origins that are not of the relying party are refused", "[admin_settings]") {
    const std::string origin = GENERATE(
        "http://edgeward.example", "https://edgeward.example/", "https://edgeward.example:443",
        "https://edgeward.example:0", "https://edgeward.example:09443", "https://edgeward.example:65536",
        "https://edgeward.example:", "https://attacker.example", "https://notedgeward.example",
        "https://Edgeward.example", "https://edgeward.example.attacker.example", "edgeward.example", "*");
    INFO(origin);
    const auto found =
        read("[admin]\napi = true\n[admin.webauthn]\nrelying_party = \"edgeward.example\"\norigins = [\"" +
             origin + "\"]");
    REQUIRE(found.problems.size() == 1);
    CHECK(found.problems[0].path == "admin.webauthn.origins");
}

TEST_CASE("security keys need accounts, a name and a port that is known", "[admin_settings]") {
    CHECK(read("[admin.webauthn]\nrelying_party = \"edgeward.example\"").problems.size() == 1);
    CHECK(read("[admin]\napi = true\n[admin.webauthn]\norigins = [\"https://edgeward.example\"]")
              .problems.size() == 1);
    CHECK(read("[admin]\napi = true\nport = 0\n[admin.webauthn]\nrelying_party = \"edgeward.example\"")
              .problems.size() == 1);
}
