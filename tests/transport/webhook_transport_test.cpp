#include <edgeward/transport/webhook_transport.hpp>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "canned_server.hpp"
#include "fhir_peer.hpp"

namespace edgeward::transport {
namespace {

WebhookSettings plain(const canned::CannedServer& server) {
    WebhookSettings settings;
    settings.url = "http://127.0.0.1:" + std::to_string(server.endpoint().url.port) + "/hook";
    settings.plaintext_loopback = true;
    settings.response_timeout = std::chrono::seconds(5);
    return settings;
}

// Its connections end with the loop they are of.
boost::asio::awaitable<Outcome> send_and_close(Transport& transport) {
    OutboundMessage message{"BODY", "alarm-7"};
    auto outcome = co_await transport.send(std::move(message));
    transport.close();
    co_return outcome;
}

Outcome send(const WebhookSettings& settings,
             const config::Credentials& credentials = config::Credentials()) {
    auto transport = open_webhook_transport(settings, credentials);
    REQUIRE(transport);
    return canned::run(send_and_close(**transport));
}

std::string answer(const std::string& status) {
    return "HTTP/1.1 " + status + "\r\nContent-Length: 0\r\n\r\n";
}

}  // namespace

TEST_CASE("a message is posted as JSON with its identifier", "[webhook_transport]") {
    canned::CannedServer server({answer("204 No Content")});
    CHECK(send(plain(server)));
    const std::string request = server.requests().at(0);
    CHECK(request.starts_with("POST /hook HTTP/1.1\r\n"));
    CHECK(request.find("Content-Type: application/json\r\n") != std::string::npos);
    CHECK(request.find("X-Request-Id: alarm-7\r\n") != std::string::npos);
    CHECK(request.find("Authorization") == std::string::npos);
    CHECK(request.ends_with("BODY"));
}

TEST_CASE("a path of the protocol stands behind the configured one", "[webhook_transport]") {
    canned::CannedServer server({answer("200 OK")});
    auto settings = plain(server);
    settings.path = "/api/v2/alerts";
    CHECK(send(settings));
    CHECK(server.requests().at(0).starts_with("POST /hook/api/v2/alerts HTTP/1.1\r\n"));
}

TEST_CASE("a token goes along and is read from its credential", "[webhook_transport]") {
    const support::ScratchFolder folder;
    folder.write("hook-token", "abc123\n");
    std::filesystem::permissions(folder / "hook-token", std::filesystem::perms::owner_read);
    std::filesystem::permissions(folder.path(), std::filesystem::perms::owner_all);
    canned::CannedServer server({answer("200 OK")});
    auto settings = plain(server);
    settings.token = "hook-token";
    CHECK(send(settings, config::Credentials(folder.path())));
    CHECK(server.requests().at(0).find("Authorization: Bearer abc123\r\n") != std::string::npos);
}

TEST_CASE("a status says whether it helps to try again", "[webhook_transport]") {
    struct Case {
        std::string status;
        ErrorKind kind;
    };
    const auto one = GENERATE(values<Case>({{"500 Internal Server Error", ErrorKind::unavailable},
                                            {"503 Service Unavailable", ErrorKind::unavailable},
                                            {"429 Too Many Requests", ErrorKind::unavailable},
                                            {"408 Request Timeout", ErrorKind::unavailable},
                                            {"301 Moved Permanently", ErrorKind::misconfigured},
                                            {"401 Unauthorized", ErrorKind::misconfigured},
                                            {"404 Not Found", ErrorKind::misconfigured},
                                            {"400 Bad Request", ErrorKind::rejected},
                                            {"422 Unprocessable Content", ErrorKind::rejected}}));
    CAPTURE(one.status);
    canned::CannedServer server({answer(one.status)});
    const auto outcome = send(plain(server));
    REQUIRE_FALSE(outcome);
    CHECK(outcome.error().error.kind == one.kind);
    CHECK(outcome.error().message_only == (one.kind == ErrorKind::rejected));
}

TEST_CASE("an answer that breaks off leaves it open", "[webhook_transport]") {
    canned::CannedServer server({"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"});
    const auto outcome = send(plain(server));
    REQUIRE_FALSE(outcome);
    CHECK(outcome.error().error.kind == ErrorKind::ambiguous);
}

TEST_CASE("what cannot work is refused at the start", "[webhook_transport]") {
    WebhookSettings settings;
    settings.url = "http://alarms.example";
    CHECK(open_webhook_transport(settings, config::Credentials()).error().kind == ErrorKind::misconfigured);
    settings.url = "https://alarms.example";
    CHECK(open_webhook_transport(settings, config::Credentials("/nowhere")).error().kind ==
          ErrorKind::misconfigured);
    settings.url = "no url";
    CHECK(open_webhook_transport(settings, config::Credentials()).error().kind == ErrorKind::misconfigured);
}

// tests/peers/fhir_receiver.py answers by TLS alone here: what matters is whose certificate is believed.
TEST_CASE("a server whose certificate has another name gets nothing", "[webhook_transport]") {
    fhir_peer::Server server("python", {}, "wrong_name");
    WebhookSettings settings;
    settings.url = server.url();
    settings.tls = {"ca.pem", "gateway.pem", "gateway.key", {}, {}};
    const auto outcome = send(settings, config::Credentials(fhir_peer::certificates()));
    REQUIRE_FALSE(outcome);
    CHECK(outcome.error().error.kind == ErrorKind::unavailable);
    CHECK(server.requests().empty());
}

}  // namespace edgeward::transport
