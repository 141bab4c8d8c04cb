#include "http_endpoint.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

using namespace edgeward;
using namespace edgeward::transport;

namespace {

std::string problem_with(const std::string& url, bool plaintext_loopback) {
    auto document = config::Document::parse("url = \"" + url + "\"", "x.toml");
    auto section = document.root();
    check_url(section, "url", section.text("url", ""), plaintext_loopback);
    const auto problems = document.problems();
    return problems.empty() ? "none" : problems.front().to_string();
}

}  // namespace

TEST_CASE("a URL is https, or http to this machine when that is asked for", "[http_endpoint]") {
    CHECK(problem_with("https://pacs.example/dicom-web", false) == "none");
    CHECK(problem_with("http://127.0.0.1:8042", true) == "none");
    CHECK(problem_with("", false) == "none");
    CHECK(problem_with("http://127.0.0.1:8042", false).starts_with("x.toml:1:7: url: expected an https URL"));
    CHECK(problem_with("http://pacs.example", true).find("http is possible to") != std::string::npos);
    CHECK(problem_with("pacs.example", true).find("expected a URL") != std::string::npos);
}

TEST_CASE("no endpoint is made of what cannot work", "[http_endpoint]") {
    const auto url = GENERATE(as<std::string>{}, "no url", "http://pacs.example", "https://pacs.example");
    CAPTURE(url);
    const auto made = make_endpoint(url, net::own_tls(), true, config::Credentials("/nowhere"));
    REQUIRE_FALSE(made);
    CHECK(made.error().kind == ErrorKind::misconfigured);
}

TEST_CASE("an endpoint in the clear is this machine", "[http_endpoint]") {
    const auto made = make_endpoint("http://localhost:8042/x", {}, true, config::Credentials());
    REQUIRE(made);
    CHECK(made->url.port == 8042);
    CHECK_FALSE(make_endpoint("http://localhost:8042/x", {}, false, config::Credentials()));
}
