#include "pending_connect.hpp"

#include <boost/asio/io_context.hpp>
#include <catch2/catch_test_macros.hpp>

using namespace edgeward;
using namespace edgeward::transport;
using namespace std::chrono_literals;

namespace {

namespace asio = boost::asio;
using Connect = PendingConnect<std::shared_ptr<int>>;

asio::awaitable<Connect::Opened> connected() {
    co_return std::make_shared<int>(7);
}
// Until it is given up.
asio::awaitable<Connect::Opened> connecting() {
    asio::steady_timer never(co_await asio::this_coro::executor, asio::steady_timer::time_point::max());
    co_await never.async_wait(asio::use_awaitable);
    co_return std::make_shared<int>(8);
}

struct Waiter {
    Connect::Opened got = failure(ErrorKind::corrupt, "still waiting");
    bool done = false;

    void wait(asio::io_context& io, const std::shared_ptr<Connect>& pending) {
        asio::co_spawn(
            io,
            [this, pending]() -> asio::awaitable<void> {
                const auto* const opened = co_await pending->wait();
                got = *opened;
                done = true;
            },
            [](const std::exception_ptr&) {});
    }
};

}  // namespace

TEST_CASE("everybody who waits gets what came of a connect, those too who come late", "[pending_connect]") {
    asio::io_context io;
    const auto pending = Connect::begin(io.get_executor(), connected());
    Waiter first;
    Waiter second;
    first.wait(io, pending);
    second.wait(io, pending);
    io.run_for(5s);
    Waiter late;
    late.wait(io, pending);
    io.restart();
    io.run_for(5s);
    for (const Waiter* waiter : {&first, &second, &late}) {
        REQUIRE(waiter->done);
        REQUIRE(waiter->got);
        CHECK(**waiter->got == 7);
    }
}

TEST_CASE("a connect that is given up is unavailable at once", "[pending_connect]") {
    asio::io_context io;
    const auto pending = Connect::begin(io.get_executor(), connecting());
    Waiter waiter;
    waiter.wait(io, pending);
    io.poll();
    REQUIRE_FALSE(waiter.done);
    pending->give_up();
    Waiter late;
    late.wait(io, pending);
    io.restart();
    io.run_for(5s);
    CHECK(io.stopped());  // nothing is left
    for (const Waiter* each : {&waiter, &late}) {
        REQUIRE(each->done);
        REQUIRE_FALSE(each->got);
        CHECK(each->got.error().kind == ErrorKind::unavailable);
    }
}

TEST_CASE("a connect that is not done in time is unavailable", "[pending_connect]") {
    asio::io_context io;
    const auto pending =
        Connect::begin(io.get_executor(), connecting(), std::chrono::steady_clock::now() + 20ms);
    Waiter waiter;
    waiter.wait(io, pending);
    io.run_one_for(5s);
    for (int turn = 0; turn < 10 && !waiter.done; ++turn)
        io.run_one_for(1s);
    REQUIRE(waiter.done);
    CHECK(waiter.got.error().kind == ErrorKind::unavailable);
}

TEST_CASE("a connect that throws is unavailable", "[pending_connect]") {
    asio::io_context io;
    auto throwing = []() -> asio::awaitable<Connect::Opened> {
        throw std::runtime_error("no memory");
        co_return std::make_shared<int>(9);
    };
    const auto pending = Connect::begin(io.get_executor(), throwing());
    Waiter waiter;
    waiter.wait(io, pending);
    io.run_for(5s);
    REQUIRE(waiter.done);
    CHECK(waiter.got.error().kind == ErrorKind::unavailable);
}
