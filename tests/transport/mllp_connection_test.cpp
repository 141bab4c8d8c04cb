#include "mllp_connection.hpp"

#include <deque>
#include <optional>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/steady_timer.hpp>
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
    std::shared_ptr<MllpConnection> connection;

    explicit Pair(milliseconds patience = seconds(5), std::size_t max_answer = 1000) {
        tcp::acceptor acceptor(io, {asio::ip::address_v4::loopback(), 0});
        tcp::socket socket(io);
        socket.connect(acceptor.local_endpoint());
        acceptor.accept(peer);
        connection =
            std::make_shared<MllpConnection>(std::move(socket), MllpConnection::Limits{patience, max_answer});
    }

    // The answer is in the peer's socket before the question is asked.
    void peer_will_say(std::string_view octets) { asio::write(peer, asio::buffer(octets)); }

    Result<std::string> ask() {
        begin("MSH|question\r");
        return finish().front();
    }
    void begin(const std::string& message) {
        const std::size_t at = answers.size();
        answers.emplace_back();
        const std::string& framed = frames.emplace_back(*hl7::frame_message(message));
        asio::co_spawn(
            io, connection->exchange(framed),
            [this, at](const std::exception_ptr&, Result<std::string> got) { answers[at] = std::move(got); });
    }
    std::vector<Result<std::string>> finish() {
        io.restart();
        io.run();
        std::vector<Result<std::string>> all;
        for (auto& one : answers)
            all.push_back(one.value());
        answers.clear();
        return all;
    }
    // What has come to the peer, until `end`.
    std::string said(const std::string& end) {
        asio::read_until(peer, asio::dynamic_buffer(arrived), end);
        return arrived;
    }

    std::deque<std::string> frames;
    std::vector<std::optional<Result<std::string>>> answers;
    std::string arrived;
};

}  // namespace

TEST_CASE("the question goes out framed and the framed answer comes back", "[mllp_connection]") {
    Pair pair;
    pair.peer_will_say("\x0BMSA|AA\x1C\r");
    CHECK(*pair.ask() == "MSA|AA");
    CHECK(pair.said("\x1C\r") == "\x0BMSH|question\r\x1C\r");
    CHECK(pair.connection->reusable(seconds(5)));
}

TEST_CASE("silence after sending is ambiguous and closes the connection", "[mllp_connection]") {
    Pair pair(milliseconds(50));
    const auto answer = pair.ask();
    REQUIRE_FALSE(answer);
    CHECK(answer.error().kind == ErrorKind::ambiguous);
    CHECK_FALSE(pair.connection->reusable(seconds(5)));
}

TEST_CASE("a trickle of octets does not stretch the patience", "[mllp_connection]") {
    Pair pair(milliseconds(50));
    pair.peer_will_say("\x0BMSH|never ending");
    const auto start = std::chrono::steady_clock::now();
    CHECK(pair.ask().error().kind == ErrorKind::ambiguous);
    CHECK(std::chrono::steady_clock::now() - start < seconds(5));
}

TEST_CASE("a peer that reads nothing does not hold the sender for ever", "[mllp_connection]") {
    Pair pair(milliseconds(50));
    pair.begin(std::string(std::size_t{32} << 20U, 'x'));
    const auto answer = pair.finish().front();
    REQUIRE_FALSE(answer);
    CHECK(answer.error().kind == ErrorKind::ambiguous);
}

TEST_CASE("a closed connection is ambiguous", "[mllp_connection]") {
    Pair pair;
    pair.peer.shutdown(tcp::socket::shutdown_send);
    CHECK(pair.ask().error().kind == ErrorKind::ambiguous);
}

TEST_CASE("an answer without its carriage return counts but ends the connection", "[mllp_connection]") {
    Pair pair;
    pair.peer_will_say("\x0BMSA|AA\x1C");
    CHECK(*pair.ask() == "MSA|AA");
    CHECK_FALSE(pair.connection->reusable(seconds(5)));
}

TEST_CASE("an endless answer is cut at the limit", "[mllp_connection]") {
    const std::string start = GENERATE("\x0B", "");
    Pair pair;
    pair.peer_will_say(start + std::string(2000, 'x'));
    const auto answer = pair.ask();
    REQUIRE_FALSE(answer);
    CHECK(answer.error().kind == ErrorKind::ambiguous);
}

TEST_CASE("a connection the peer has closed is not used again", "[mllp_connection]") {
    Pair pair;
    pair.peer_will_say("\x0Bok\x1C\r");
    REQUIRE(pair.ask());
    pair.peer.shutdown(tcp::socket::shutdown_both);
    CHECK(support::eventually([&] { return !pair.connection->reusable(seconds(5)); }));
}

TEST_CASE("a connection with something unread is not used again", "[mllp_connection]") {
    Pair pair;
    pair.peer_will_say("\x0Bok\x1C\r");
    REQUIRE(pair.ask());
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

// Messages in flight on one connection.

TEST_CASE("messages go out together and are answered in their order", "[mllp_connection]") {
    Pair pair;
    for (const std::string name : {"a", "b", "c"})
        pair.begin("MSH|" + name + "\r");
    CHECK(pair.connection->in_flight() == 0);  // nothing has run yet
    pair.peer_will_say("\x0BMSA|a\x1C\r\x0BMSA|b\x1C\r\x0BMSA|c\x1C\r");
    const auto answers = pair.finish();
    REQUIRE(answers.size() == 3);
    CHECK(*answers[0] == "MSA|a");
    CHECK(*answers[1] == "MSA|b");
    CHECK(*answers[2] == "MSA|c");
    CHECK(pair.said("MSH|c\r\x1C\r") == "\x0BMSH|a\r\x1C\r\x0BMSH|b\r\x1C\r\x0BMSH|c\r\x1C\r");
    CHECK(pair.connection->reusable(seconds(5)));
}

TEST_CASE("what is in flight when a connection ends is ambiguous, what was not begun is not sent",
          "[mllp_connection]") {
    Pair pair(seconds(30));
    // More than goes out at once, and more than the peer's system takes without being read.
    const std::string much(std::size_t{16} << 20U, 'x');
    pair.begin(much);
    pair.begin("MSH|never begun\r");
    asio::steady_timer soon(pair.io, milliseconds(50));
    soon.async_wait([&](const boost::system::error_code&) { pair.peer.close(); });
    const auto answers = pair.finish();
    REQUIRE_FALSE(answers[0]);
    REQUIRE_FALSE(answers[1]);
    CHECK(answers[0].error().kind == ErrorKind::ambiguous);
    CHECK(answers[1].error().kind == ErrorKind::unavailable);
    CHECK_FALSE(pair.connection->is_open());
}

TEST_CASE("a peer that answers some and is silent then fails the others alone", "[mllp_connection]") {
    Pair pair(milliseconds(100));
    for (const std::string name : {"a", "b", "c"})
        pair.begin("MSH|" + name + "\r");
    pair.peer_will_say("\x0BMSA|a\x1C\r");
    const auto answers = pair.finish();
    CHECK(*answers[0] == "MSA|a");
    for (const std::size_t late : {1U, 2U}) {
        REQUIRE_FALSE(answers[late]);
        CHECK(answers[late].error().kind == ErrorKind::ambiguous);
    }
}

TEST_CASE("each answer gives the next one its time", "[mllp_connection]") {
    Pair pair(milliseconds(400));
    for (const std::string name : {"a", "b", "c"})
        pair.begin("MSH|" + name + "\r");
    asio::steady_timer clock(pair.io);
    std::function<void(int)> answer_after = [&](int left) {
        if (left == 0) return;
        clock.expires_after(milliseconds(200));
        clock.async_wait([&, left](const boost::system::error_code&) {
            pair.peer_will_say("\x0BMSA|AA\x1C\r");
            answer_after(left - 1);
        });
    };
    answer_after(3);
    for (const auto& answer : pair.finish())
        CHECK(answer);  // the last one after 600 ms
}

TEST_CASE("a message may follow while the end of an answer is awaited", "[mllp_connection]") {
    Pair pair;
    pair.begin("MSH|a\r");
    pair.peer_will_say("\x0BMSA|a\x1C");
    asio::steady_timer clock(pair.io, milliseconds(50));
    clock.async_wait([&](const boost::system::error_code&) {
        pair.begin("MSH|b\r");
        clock.expires_after(milliseconds(50));
        clock.async_wait([&](const boost::system::error_code&) { pair.peer_will_say("\r\x0BMSA|b\x1C\r"); });
    });
    const auto answers = pair.finish();
    REQUIRE(answers.size() == 2);
    CHECK(*answers[0] == "MSA|a");
    CHECK(*answers[1] == "MSA|b");
    CHECK(pair.connection->reusable(seconds(5)));
}

TEST_CASE("closing ends what is in flight, and what comes after", "[mllp_connection]") {
    Pair pair(seconds(30));
    pair.begin("MSH|a\r");
    pair.begin("MSH|b\r");
    asio::post(pair.io, [&] { asio::post(pair.io, [&] { pair.connection->close(); }); });
    for (const auto& answer : pair.finish())
        CHECK_FALSE(answer);
    const auto after = pair.ask();
    REQUIRE_FALSE(after);
    CHECK(after.error().kind == ErrorKind::unavailable);
}

TEST_CASE("an answer that has begun when nothing is in flight ends the connection", "[mllp_connection]") {
    Pair pair;
    pair.peer_will_say("\x0BMSA|AA\x1C\r\x0BMSA|an");
    CHECK(*pair.ask() == "MSA|AA");
    CHECK_FALSE(pair.connection->is_open());
}
