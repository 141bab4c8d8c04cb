#include <edgeward/transport/smart_settings.hpp>

#include <catch2/catch_test_macros.hpp>

using namespace edgeward;
using namespace edgeward::transport;

namespace {

constexpr const char* client = "client_id = \"edgeward\"\nkey = \"smart-key\"\nkey_id = \"k1\"\n";

struct Read {
    SmartSettings settings;
    std::string problem = "none";
};

Read read(const std::string& text, const std::string& scope) {
    auto document = config::Document::parse(text, "x.toml");
    Read made;
    net::TlsSettings server = net::own_tls();
    server.ca = "pacs-ca";
    server.server_name = "pacs.example";
    made.settings = read_smart_settings(document.root(), server, false, scope);
    document.refuse_unread_keys();
    if (!document.sound()) made.problem = document.problems().front().to_string();
    return made;
}

}  // namespace

TEST_CASE("a token endpoint is trusted as the server and is not expected to be it", "[smart_settings]") {
    const auto made = read(client, "system/Observation.c");
    CHECK(made.problem == "none");
    CHECK(made.settings.client_id == "edgeward");
    CHECK(made.settings.scope == "system/Observation.c");
    CHECK(made.settings.tls.ca == "pacs-ca");
    CHECK(made.settings.tls.server_name.empty());
}

TEST_CASE("a scope is said where there is none to fall back to", "[smart_settings]") {
    CHECK(read(client, {}).problem.find("scope: expected the scope that the server grants") !=
          std::string::npos);
    const auto made = read(std::string(client) + "scope = \"store\"\n", {});
    CHECK(made.problem == "none");
    CHECK(made.settings.scope == "store");
}

TEST_CASE("a token is asked for by https", "[smart_settings]") {
    CHECK(read(std::string(client) + "token_endpoint = \"http://auth.example/token\"\n", "x")
              .problem.find("token_endpoint: expected an https URL") != std::string::npos);
}
