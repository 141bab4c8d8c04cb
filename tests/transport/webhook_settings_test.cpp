#include <edgeward/transport/webhook_transport.hpp>

#include <catch2/catch_test_macros.hpp>

#include "config/reading.hpp"

namespace edgeward::transport {
namespace {

std::string problem_of(const std::string& lines) {
    auto document = config::Document::parse("[webhook]\n" + lines, "x.toml");
    (void)read_webhook_settings(document.root().table("webhook"));
    document.refuse_unread_keys();
    const auto problems = document.problems();
    return problems.empty() ? "none" : problems.front().to_string();
}

}  // namespace

TEST_CASE("a webhook is read with everything it says", "[webhook_settings]") {
    auto document = config::Document::parse(
        "url = \"https://alarms.example/hook\"\ntoken = \"hook-token\"\nconnections = 4\nresponse_timeout = "
        "\"3s\"\n",
        "x.toml");
    const auto settings = read_webhook_settings(document.root());
    CHECK(document.sound());
    CHECK(settings.url == "https://alarms.example/hook");
    CHECK(settings.token == "hook-token");
    CHECK(settings.connections == 4);
    CHECK(settings.response_timeout == std::chrono::seconds(3));
    CHECK(settings.tls.ca == "ca");
    CHECK_FALSE(settings.plaintext_loopback);
}

TEST_CASE("plain HTTP is for this machine only, and has to be asked for", "[webhook_settings]") {
    CHECK(problem_of("url = \"http://127.0.0.1:9093\"\nplaintext_loopback = true\n") == "none");
    CHECK(problem_of("url = \"http://127.0.0.1:9093\"\n").find("expected an https URL") != std::string::npos);
    CHECK(problem_of("url = \"http://alarms.example\"\nplaintext_loopback = true\n")
              .find("http is possible to") != std::string::npos);
    CHECK(problem_of("") == "x.toml:1:1: webhook.url: expected the URL that takes JSON, got nothing");
    CHECK(problem_of("url = \"https://a.example\"\nurll = 1\n").find("did you mean webhook.url?") !=
          std::string::npos);
}

}  // namespace edgeward::transport
