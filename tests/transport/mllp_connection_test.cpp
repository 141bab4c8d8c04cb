#include "mllp_connection.hpp"

#include <optional>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include <edgeward/hl7/mllp_frame.hpp>

#include "support/program.hpp"

using namespace edgeward;
using namespace edgeward::transport;
using boost::asio::ip::tcp;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

namespace asio = boost::asio;

// A connection over plain TCP on loopback and the socket at its other end.
struct Pair {
    asio::io_context io;
    tcp::socket peer{io};
    std::optional<MllpConnection> connection;

    Pair() {
        tcp::acceptor acceptor(io, {asio::ip::address_v4::loopback(), 0});
        tcp::socket socket(io);
        socket.connect(acceptor.local_endpoint());
        acceptor.accept(peer);
        connection.emplace(std::move(socket));
    }

    // The answer is in the peer's socket before the question is asked.
    void peer_will_say(std::string_view octets) { asio::write(peer, asio::buffer(octets)); }

    Result<std::string> ask(milliseconds patience, std::size_t max_answer = 1000) {
        std::optional<Result<std::string>> result;
        const std::string framed = *hl7::frame_message("MSH|question\r");
        asio::co_spawn(io, connection->exchange(framed, patience, max_answer),
                       [&](const std::exception_ptr&, Result<std::string> got) { result = std::move(got); });
        io.restart();
        io.run();
        REQUIRE(result);
        return *result;
    }
};

}  // namespace

TEST_CASE("the question goes out framed and the framed answer comes back", "[mllp_connection]") {
    Pair pair;
    pair.peer_will_say("\x0BMSA|AA\x1C\r");
    CHECK(*pair.ask(seconds(5)) == "MSA|AA");
    std::string sent;
    asio::read_until(pair.peer, asio::dynamic_buffer(sent), "\x1C\r");
    CHECK(sent == "\x0BMSH|question\r\x1C\r");
    CHECK(pair.connection->reusable(seconds(5)));
}

TEST_CASE("silence after sending is ambiguous and closes the connection", "[mllp_connection]") {
    Pair pair;
    const auto answer = pair.ask(milliseconds(50));
    REQUIRE_FALSE(answer);
    CHECK(answer.error().kind == ErrorKind::ambiguous);
    CHECK_FALSE(pair.connection->reusable(seconds(5)));
}

TEST_CASE("a trickle of octets does not stretch the patience", "[mllp_connection]") {
    Pair pair;
    pair.peer_will_say("\x0BMSH|never ending");
    const auto start = std::chrono::steady_clock::now();
    CHECK(pair.ask(milliseconds(50)).error().kind == ErrorKind::ambiguous);
    CHECK(std::chrono::steady_clock::now() - start < seconds(5));
}

TEST_CASE("a peer that reads nothing does not hold the sender for ever", "[mllp_connection]") {
    Pair pair;
    std::optional<Result<std::string>> result;
    const std::string much(std::size_t{32} << 20U, 'x');
    asio::co_spawn(pair.io, pair.connection->exchange(much, milliseconds(50), 1000),
                   [&](const std::exception_ptr&, Result<std::string> got) { result = std::move(got); });
    pair.io.run();
    REQUIRE(result);
    REQUIRE_FALSE(*result);
    CHECK(result->error().kind == ErrorKind::ambiguous);
}

TEST_CASE("a closed connection is ambiguous", "[mllp_connection]") {
    Pair pair;
    pair.peer.shutdown(tcp::socket::shutdown_send);
    CHECK(pair.ask(seconds(5)).error().kind == ErrorKind::ambiguous);
}

TEST_CASE("an answer without its carriage return counts but ends the connection", "[mllp_connection]") {
    Pair pair;
    pair.peer_will_say("\x0BMSA|AA\x1C");
    CHECK(*pair.ask(seconds(5)) == "MSA|AA");
    CHECK_FALSE(pair.connection->reusable(seconds(5)));
}

TEST_CASE("an endless answer is cut at the limit", "[mllp_connection]") {
    const std::string start = GENERATE("\x0B", "");
    Pair pair;
    pair.peer_will_say(start + std::string(2000, 'x'));
    const auto answer = pair.ask(seconds(5), 1000);
    REQUIRE_FALSE(answer);
    CHECK(answer.error().kind == ErrorKind::ambiguous);
}

TEST_CASE("a connection the peer has closed is not used again", "[mllp_connection]") {
    Pair pair;
    pair.peer_will_say("\x0Bok\x1C\r");
    REQUIRE(pair.ask(seconds(5)));
    pair.peer.shutdown(tcp::socket::shutdown_both);
    CHECK(support::eventually([&] { return !pair.connection->reusable(seconds(5)); }));
}

TEST_CASE("a connection with something unread is not used again", "[mllp_connection]") {
    Pair pair;
    pair.peer_will_say("\x0Bok\x1C\r");
    REQUIRE(pair.ask(seconds(5)));
    pair.peer_will_say("late");
    CHECK(support::eventually([&] { return !pair.connection->reusable(seconds(5)); }));
}

TEST_CASE("a connection idle for too long is not used again", "[mllp_connection]") {
    Pair pair;
    CHECK(support::eventually([&] { return !pair.connection->reusable(milliseconds(1)); }));
    CHECK(pair.connection->reusable(seconds(60)));
}

TEST_CASE("finishing closes the connection", "[mllp_connection]") {
    Pair pair;
    asio::co_spawn(pair.io, pair.connection->finish(), [](const std::exception_ptr&) {});
    pair.io.run();
    CHECK_FALSE(pair.connection->reusable(seconds(5)));
}
