#include <edgeward/transport/syslog_link.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <catch2/catch_test_macros.hpp>

#include "support/syslog_collector.hpp"

namespace edgeward::transport {
namespace {

namespace asio = boost::asio;
using support::SyslogCollector;

template <typename Value>
Value run(asio::awaitable<Value> work) {
    asio::io_context io;
    auto done = asio::co_spawn(io, std::move(work), asio::use_future);
    io.run();
    return done.get();
}

asio::awaitable<Result<void>> deliver(SyslogEndpoint endpoint, config::Credentials credentials,
                                      std::vector<std::string> messages) {
    auto opening = SyslogLink::open(std::move(endpoint), std::move(credentials));
    auto link = co_await std::move(opening);
    if (!link) co_return failure(std::move(link.error()));
    for (const auto& message : messages) {
        auto writing = (*link)->write(syslog_frame(message));
        auto written = co_await std::move(writing);
        if (!written) co_return written;
    }
    auto ending = (*link)->finish();
    auto finished = co_await std::move(ending);
    co_return finished;
}

}  // namespace

// RFC 5425, 4.3: SYSLOG-FRAME = MSG-LEN SP SYSLOG-MSG, the length in octets.
TEST_CASE("a frame counts the octets of its message", "[syslog_link]") {
    CHECK(syslog_frame("<85>1 x") == "7 <85>1 x");
    CHECK(syslog_frame("\xC3\xBC") == "2 \xC3\xBC");
}

TEST_CASE("after an orderly end the collector has read everything", "[syslog_link][integration]") {
    const SyslogCollector collector;
    std::vector<std::string> messages;
    for (int i = 0; i < 500; ++i)
        messages.push_back("<85>1 message " + std::to_string(i) + std::string(2000, 'x'));
    REQUIRE(run(deliver(collector.endpoint(), SyslogCollector::credentials(), messages)));
    CHECK(collector.messages() == messages);
}

TEST_CASE("a collector that breaks off has not taken what was written", "[syslog_link][integration]") {
    const SyslogCollector collector({"--reset-after", "1"});
    std::vector<std::string> messages(2000, std::string(4000, 'x'));
    const auto done = run(deliver(collector.endpoint(), SyslogCollector::credentials(), messages));
    REQUIRE_FALSE(done);
    CHECK(done.error().kind == ErrorKind::unavailable);
}

TEST_CASE("a collector of another name or one that is not there gets nothing", "[syslog_link][integration]") {
    SyslogCollector collector;
    auto endpoint = collector.endpoint();
    endpoint.tls.server_name = "another.example";
    auto done = run(deliver(endpoint, SyslogCollector::credentials(), {"x"}));
    REQUIRE_FALSE(done);
    CHECK(done.error().kind == ErrorKind::denied);
    CHECK(collector.messages().empty());
    collector.kill();
    done = run(deliver(collector.endpoint(), SyslogCollector::credentials(), {"x"}));
    REQUIRE_FALSE(done);
    CHECK(done.error().kind == ErrorKind::unavailable);
}

}  // namespace edgeward::transport
