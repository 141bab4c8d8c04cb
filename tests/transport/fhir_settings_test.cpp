#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include <edgeward/transport/fhir_transport.hpp>

using namespace edgeward;
using namespace std::chrono_literals;

TEST_CASE("FHIR settings are read from their table", "[fhir_settings]") {
    auto document = config::Document::parse(R"(
url = "https://kis.example/fhir"
connections = 4
response_timeout = "10s"
rate_limit = 20
bundle_limit = 100
prefer = "OperationOutcome"
response_limit = "1MiB"
[tls]
ca = "kis-ca"
server_name = "kis.internal"
[smart]
client_id = "edgeward-1"
key = "smart-key"
key_id = "k1"
)",
                                            "test.toml");
    const auto settings = transport::read_fhir_settings(document.root());
    document.refuse_unread_keys();
    CHECK(document.problems().empty());
    CHECK(settings.url == "https://kis.example/fhir");
    CHECK(settings.connections == 4);
    CHECK(settings.response_timeout == 10s);
    CHECK(settings.rate_limit == 20);
    CHECK(settings.bundle_limit == 100);
    CHECK(settings.prefer == "OperationOutcome");
    CHECK(settings.response_limit == std::size_t{1} << 20U);
    CHECK(settings.tls.ca == "kis-ca");
    REQUIRE(settings.smart);
    CHECK(settings.smart->client_id == "edgeward-1");
    CHECK(settings.smart->key_id == "k1");
    // The token endpoint is trusted alike, but it is another server.
    CHECK(settings.smart->tls.ca == "kis-ca");
    CHECK(settings.smart->tls.server_name.empty());
}

TEST_CASE("an empty table has the defaults and wants a URL", "[fhir_settings]") {
    auto document = config::Document::parse("", "test.toml");
    const auto settings = transport::read_fhir_settings(document.root());
    const transport::FhirSettings defaults;
    CHECK(document.problems().size() == 1);
    CHECK(settings.connections == defaults.connections);
    CHECK(settings.response_timeout == defaults.response_timeout);
    CHECK(settings.bundle_limit == defaults.bundle_limit);
    CHECK_FALSE(settings.smart);
}

TEST_CASE("unsafe and unreadable URLs are problems", "[fhir_settings]") {
    const auto text =
        GENERATE(as<std::string>{}, R"(url = "http://127.0.0.1/fhir")", R"(url = "kis.example")",
                 "url = \"http://kis.example/fhir\"\nplaintext_loopback = true",
                 "url = \"https://kis.example\"\n[smart]\nclient_id = \"a\"\nkey = \"b\"\nkey_id = "
                 "\"c\"\ntoken_endpoint = \"http://kis.example/token\"");
    CAPTURE(text);
    auto document = config::Document::parse(text, "test.toml");
    static_cast<void>(transport::read_fhir_settings(document.root()));
    CHECK(document.problems().size() == 1);
}

TEST_CASE("SMART needs client and key", "[fhir_settings]") {
    auto document = config::Document::parse("url = \"https://kis.example\"\n[smart]\n", "test.toml");
    static_cast<void>(transport::read_fhir_settings(document.root()));
    CHECK(document.problems().size() == 3);
}
