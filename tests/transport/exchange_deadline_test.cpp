#include "exchange_deadline.hpp"

#include <boost/asio/io_context.hpp>
#include <catch2/catch_test_macros.hpp>

using namespace edgeward::transport;
using namespace std::chrono_literals;
using boost::asio::ip::tcp;

TEST_CASE("a deadline closes its socket only while it lives", "[exchange_deadline]") {
    boost::asio::io_context io;
    tcp::acceptor acceptor(io, {boost::asio::ip::address_v4::loopback(), 0});
    tcp::socket socket(io);
    socket.connect(acceptor.local_endpoint());
    { const ExchangeDeadline deadline(socket, 1ms); }
    io.run();
    CHECK(socket.is_open());
    const ExchangeDeadline deadline(socket, 1ms);
    io.restart();
    io.run();
    CHECK(deadline.expired());
    CHECK_FALSE(socket.is_open());
}

TEST_CASE("a deadline that is restarted begins anew", "[exchange_deadline]") {
    boost::asio::io_context io;
    tcp::acceptor acceptor(io, {boost::asio::ip::address_v4::loopback(), 0});
    tcp::socket socket(io);
    socket.connect(acceptor.local_endpoint());
    ExchangeDeadline deadline(socket, 20ms);
    const auto begun = std::chrono::steady_clock::now();
    boost::asio::steady_timer meanwhile(io, 10ms);
    meanwhile.async_wait([&](const boost::system::error_code&) { deadline.restart(); });
    io.run();
    CHECK(deadline.expired());
    CHECK(std::chrono::steady_clock::now() - begun >= 30ms);
}
