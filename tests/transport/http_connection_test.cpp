#include "http_connection.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "canned_server.hpp"

using namespace edgeward;
using namespace edgeward::transport;
using namespace edgeward::transport::canned;
using namespace std::chrono_literals;

namespace {

boost::asio::awaitable<Result<HttpResponse>> once(HttpEndpoint endpoint, HttpLimits limits) {
    auto connection = co_await HttpConnection::open(endpoint, limits);
    if (!connection) co_return failure(std::move(connection.error()));
    co_return co_await (*connection)->exchange(request(), limits);
}

// An error after the last of them.
boost::asio::awaitable<Result<HttpResponse>> in_pieces(HttpEndpoint endpoint,
                                                       std::vector<std::string> pieces) {
    const HttpLimits limits{2s, 1000};
    auto connection = co_await HttpConnection::open(endpoint, limits);
    if (!connection) co_return failure(std::move(connection.error()));
    HttpRequest request{"POST", "/studies", {}, {}};
    std::size_t next = 0;
    request.pieces = [&]() -> Result<ByteView> {
        if (next == pieces.size()) return failure(ErrorKind::corrupt, "gone");
        return bytes_of(pieces[next++]);
    };
    co_return co_await (*connection)->exchange(request, limits);
}

Result<HttpResponse> exchange(const std::string& answer, const HttpLimits& limits = {2s, 1000}) {
    CannedServer server({answer});
    return run(once(server.endpoint(), limits));
}

}  // namespace

TEST_CASE("a request is written as HTTP wants it", "[http_connection]") {
    CannedServer server({"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"});
    const auto answer = run(once(server.endpoint(), {2s, 1000}));
    REQUIRE(answer);
    CHECK(answer->status == 200);
    CHECK(answer->body == "hi");
    REQUIRE(server.requests().size() == 1);
    const auto& text = server.requests()[0];
    CHECK(text.starts_with("POST /fhir HTTP/1.1\r\n"));
    CHECK(text.find("\r\nHost: 127.0.0.1:") != std::string::npos);
    CHECK(text.find("\r\nX-Request-Id: 7\r\n") != std::string::npos);
    CHECK(text.find("\r\nContent-Length: 4\r\n") != std::string::npos);
    CHECK(text.ends_with("\r\n\r\nBODY"));
}

TEST_CASE("a body in pieces goes in chunks", "[http_connection]") {
    CannedServer server({"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"}, "\r\n0\r\n\r\n");
    const std::vector<std::string> pieces{std::string(26, 'x'), "yz", ""};
    const auto answer = run(in_pieces(server.endpoint(), pieces));
    REQUIRE(answer);
    CHECK(answer->status == 200);
    const auto& text = server.requests().at(0);
    CHECK(text.find("\r\nTransfer-Encoding: chunked\r\n") != std::string::npos);
    CHECK(text.find("Content-Length") == std::string::npos);
    // RFC 9112, 7.1: sizes are hexadecimal.
    CHECK(text.ends_with("\r\n\r\n1a\r\n" + std::string(26, 'x') + "\r\n2\r\nyz\r\n0\r\n\r\n"));
}

TEST_CASE("a body whose pieces end in an error is broken off", "[http_connection]") {
    CannedServer server({"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"}, "\r\n0\r\n\r\n");
    const auto answer = run(in_pieces(server.endpoint(), {"some"}));
    REQUIRE_FALSE(answer);
    CHECK(answer.error().kind == ErrorKind::corrupt);
    CHECK(server.requests().empty());
}

TEST_CASE("chunked and interim answers are understood", "[http_connection]") {
    const auto answer = exchange(
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\n\r\n"
        "HTTP/1.1 503 Gone Fishing\r\nRetry-After: 9\r\nTransfer-Encoding: "
        "chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n");
    REQUIRE(answer);
    CHECK(answer->status == 503);
    CHECK(answer->retry_after == "9");
    CHECK(answer->body == "abcde");
}

TEST_CASE("an answer that breaks off is ambiguous", "[http_connection]") {
    const auto text = GENERATE(as<std::string>{}, "HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\nhalf",
                               "HTTP/1.1 2", "SSH-2.0-x\r\n");
    CAPTURE(text);
    const auto answer = exchange(text);
    REQUIRE_FALSE(answer);
    CHECK(answer.error().kind == ErrorKind::ambiguous);
}

TEST_CASE("too long an answer is ambiguous and not kept", "[http_connection]") {
    const auto body = exchange("HTTP/1.1 200 OK\r\nContent-Length: 2000\r\n\r\n" + std::string(2000, 'x'));
    REQUIRE_FALSE(body);
    CHECK(body.error().message == "the answer is too long");
    const auto head = exchange("HTTP/1.1 200 OK\r\nX: " + std::string(100000, 'x') + "\r\n\r\n");
    REQUIRE_FALSE(head);
    CHECK(head.error().kind == ErrorKind::ambiguous);
}

TEST_CASE("an answer that does not come is ambiguous in time", "[http_connection]") {
    const auto begun = std::chrono::steady_clock::now();
    const auto answer = exchange("", {200ms, 1000});
    REQUIRE_FALSE(answer);
    CHECK(answer.error().kind == ErrorKind::ambiguous);
    CHECK(answer.error().message == "no answer in time");
    CHECK(std::chrono::steady_clock::now() - begun < 5s);
}
