#include "http_client.hpp"

#include <catch2/catch_test_macros.hpp>

#include "canned_server.hpp"

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
