#include "http_client.hpp"

#include <boost/asio/post.hpp>
#include <catch2/catch_test_macros.hpp>

#include "canned_server.hpp"
#include "fhir_peer.hpp"

using namespace edgeward;
using namespace edgeward::transport;
using namespace edgeward::transport::canned;
using namespace std::chrono_literals;

TEST_CASE("a connection is used again while the server keeps it", "[http_client]") {
    const std::string kept = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
    CannedServer server({kept, kept, "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"});
    HttpClient client(server.endpoint(), {2s, 1000});
    boost::asio::io_context io;
    std::vector<bool> fine;
    for (int round = 0; round < 3; ++round) {
        boost::asio::co_spawn(
            io,
            [&]() -> boost::asio::awaitable<void> {
                fine.push_back((co_await client.exchange(request())).has_value());
            },
            [](std::exception_ptr) {});
        io.restart();
        io.run();
    }
    CHECK(fine == std::vector{true, true, true});
    CHECK(server.requests().size() == 3);
}

TEST_CASE("nothing is sent over a connection the server has closed", "[http_client]") {
    CannedServer server({"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"});
    HttpClient client(server.endpoint(), {2s, 1000});
    boost::asio::io_context io;
    std::optional<Result<HttpResponse>> second;
    boost::asio::co_spawn(
        io,
        [&]() -> boost::asio::awaitable<void> {
            static_cast<void>(co_await client.exchange(request()));
            static_cast<void>(server.requests());  // waits until the server is gone
            second.emplace(co_await client.exchange(request()));
        },
        [](std::exception_ptr) {});
    io.run();
    REQUIRE(second);
    REQUIRE_FALSE(*second);
    // A new connection is tried; the listening socket still takes it but nobody answers, or it is refused.
    CHECK(server.requests().size() == 1);
}

// A server that takes the connection and says nothing: the TLS handshake lasts as long as the patience.
TEST_CASE("closing ends an exchange that is still connecting and leaves nothing behind", "[http_client]") {
    boost::asio::io_context io;
    tcp::acceptor silent(io, {boost::asio::ip::address_v4::loopback(), 0});
    HttpEndpoint endpoint;
    endpoint.credentials = config::Credentials(fhir_peer::certificates());
    endpoint.tls.ca = "ca.pem";
    endpoint.url.secure = true;
    endpoint.url.host = "127.0.0.1";
    endpoint.url.port = silent.local_endpoint().port();
    auto client = std::make_unique<HttpClient>(endpoint, HttpLimits{60s, 1000});
    std::optional<Result<HttpResponse>> answer;
    auto exchange = client->exchange(request());
    boost::asio::co_spawn(io, std::move(exchange),
                          [&](const std::exception_ptr& /*thrown*/, Result<HttpResponse> made) {
                              answer.emplace(std::move(made));
                              client.reset();
                          });
    silent.async_accept([&](const boost::system::error_code& /*error*/, tcp::socket accepted) {
        client->close();
        boost::asio::post(io, [kept = std::make_shared<tcp::socket>(std::move(accepted))] {});
    });
    io.run_for(20s);
    REQUIRE(answer);
    REQUIRE_FALSE(*answer);
    CHECK(answer->error().kind == ErrorKind::unavailable);
    CHECK(io.stopped());
}
