#include "daemon_request.hpp"

#include <catch2/catch_test_macros.hpp>

#include "installation.hpp"

namespace edgeward::app {

TEST_CASE("the daemon is asked at the socket of the configuration or the one named", "[daemon_request]") {
    const Installation here;
    CannedDaemon daemon(here);
    daemon.answers("POST", "/v1/reload", {{"reloaded", true}});
    daemon.start();
    CommandOptions options;
    options.config_file = here.config();
    const auto answer = ask_daemon(options, "POST", "/v1/reload", {{"a", 1}});
    REQUIRE(answer);
    CHECK(answer->at("reloaded") == true);
    CHECK(daemon.body().at("a") == 1);
    options.config_file = "/nonexistent/edgeward.toml";
    options.socket = here.socket();
    CHECK(ask_daemon(options, "POST", "/v1/reload"));
    CHECK(daemon.asked().back().body.empty());
}

TEST_CASE("what the daemon refuses keeps its kind and its words", "[daemon_request]") {
    const Installation here;
    CannedDaemon daemon(here);
    daemon.answers_with("GET", "/v1/denied", [](const admin::HttpRequest&) {
        return admin::error_response({ErrorKind::denied, "not for you"});
    });
    daemon.answers_with("GET", "/v1/text", [](const admin::HttpRequest&) {
        return admin::HttpResponse{200, "text/plain", "hello"};
    });
    daemon.start();
    CommandOptions options;
    options.config_file = here.config();
    const auto denied = ask_daemon(options, "GET", "/v1/denied");
    REQUIRE_FALSE(denied);
    CHECK(denied.error().kind == ErrorKind::denied);
    CHECK(denied.error().message == "not for you");
    CHECK(ask_daemon(options, "GET", "/v1/text").error().kind == ErrorKind::unavailable);
    CHECK_FALSE(ask_daemon(options, "GET", "/v1/unknown"));
}

TEST_CASE("without a daemon the answer is that nobody answers", "[daemon_request]") {
    const Installation here;
    CommandOptions options;
    options.config_file = here.config();
    CHECK(ask_daemon(options, "GET", "/v1/status").error().kind == ErrorKind::unavailable);
}

}  // namespace edgeward::app
