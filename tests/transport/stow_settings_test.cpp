#include <edgeward/transport/stow_transport.hpp>

#include <catch2/catch_test_macros.hpp>

using namespace edgeward;
using namespace std::chrono_literals;

TEST_CASE("a DICOMweb server is read with everything it says", "[stow_settings]") {
    auto document = config::Document::parse(R"(
url = "https://pacs.example/dicom-web"
connections = 4
response_timeout = "2min"
[tls]
ca = "pacs-ca"
[smart]
client_id = "edgeward"
key = "smart-key"
key_id = "k1"
scope = "store"
token_endpoint = "https://auth.example/token"
)",
                                            "x.toml");
    const auto settings = transport::read_stow_settings(document.root());
    document.refuse_unread_keys();
    CHECK(document.problems().empty());
    CHECK(settings.url == "https://pacs.example/dicom-web");
    CHECK(settings.connections == 4);
    CHECK(settings.response_timeout == 2min);
    CHECK(settings.tls.ca == "pacs-ca");
    REQUIRE(settings.smart);
    CHECK(settings.smart->scope == "store");
    CHECK_FALSE(settings.plaintext_loopback);
}

TEST_CASE("a DICOMweb server needs an https URL", "[stow_settings]") {
    auto document = config::Document::parse("", "x.toml");
    const auto settings = transport::read_stow_settings(document.root());
    REQUIRE(document.problems().size() == 1);
    CHECK(document.problems().front().to_string().find("url: expected the base URL of a DICOMweb server") !=
          std::string::npos);
    CHECK(settings.connections == 2);
    CHECK(settings.response_timeout == 60s);
    auto plain = config::Document::parse("url = \"http://pacs.example\"", "x.toml");
    static_cast<void>(transport::read_stow_settings(plain.root()));
    CHECK(plain.problems().size() == 1);
}
