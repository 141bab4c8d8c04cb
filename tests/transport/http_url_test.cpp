#include <edgeward/transport/http_url.hpp>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

using namespace edgeward::transport;

TEST_CASE("URLs are taken apart", "[http_url]") {
    const auto url = parse_http_url("https://kis.example:8443/fhir/R4/");
    REQUIRE(url);
    CHECK(url->secure);
    CHECK(url->host == "kis.example");
    CHECK(url->port == 8443);
    CHECK(url->path == "/fhir/R4");
    CHECK(url->authority() == "kis.example:8443");
}

TEST_CASE("the schemes have their ports", "[http_url]") {
    CHECK(parse_http_url("https://kis.example")->port == 443);
    CHECK(parse_http_url("https://kis.example")->authority() == "kis.example");
    CHECK(parse_http_url("http://kis.example/")->port == 80);
    CHECK(parse_http_url("http://kis.example/")->path.empty());
}

TEST_CASE("IPv6 addresses stand in brackets", "[http_url]") {
    const auto url = parse_http_url("https://[::1]:9443/fhir");
    REQUIRE(url);
    CHECK(url->host == "::1");
    CHECK(url->authority() == "[::1]:9443");
    CHECK(url->is_loopback());
}

TEST_CASE("loopback is this machine only", "[http_url]") {
    CHECK(parse_http_url("http://127.0.0.1:80")->is_loopback());
    CHECK(parse_http_url("http://localhost")->is_loopback());
    CHECK_FALSE(parse_http_url("http://127.0.0.1.evil.example")->is_loopback());
    CHECK_FALSE(parse_http_url("http://127.evil.example")->is_loopback());
    CHECK_FALSE(parse_http_url("http://10.0.0.1")->is_loopback());
}

TEST_CASE("other texts are no URLs", "[http_url]") {
    const auto text =
        GENERATE(as<std::string>{}, "", "kis.example", "ftp://kis.example", "https://", "https:///fhir",
                 "https://user@kis.example", "https://kis.example:0", "https://kis.example:70000",
                 "https://kis.example:", "https://kis.example/fhir?x=1", "https://kis.example/a b",
                 "https://[::1", "https://[::1]x", "https://kis.example/a\r\nHost: b", "HTTPS://kis.example");
    CAPTURE(text);
    CHECK_FALSE(parse_http_url(text));
}
