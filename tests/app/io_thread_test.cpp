#include "io_thread.hpp"

#include <pthread.h>
#include <sys/resource.h>

#include <algorithm>
#include <array>
#include <atomic>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <catch2/catch_test_macros.hpp>

namespace edgeward::app {
namespace {

using namespace std::chrono_literals;

IoThread::Deadline in(std::chrono::seconds wait) {
    return std::chrono::steady_clock::now() + wait;
}

}  // namespace

TEST_CASE("an I/O thread runs what it is given, under its name, in order", "[io_thread]") {
    IoThread thread("ew-test");
    std::vector<int> ran;  // the thread's, until it has ended
    std::string name;
    boost::asio::post(thread.executor(), [&] {
        std::array<char, 16> text{};
        pthread_getname_np(pthread_self(), text.data(), text.size());
        name = text.data();
        ran.push_back(1);
    });
    boost::asio::post(thread.executor(), [&] { ran.push_back(2); });
    thread.start();
    CHECK(thread.end(in(10s)));
    CHECK(name == "ew-test");
    CHECK(ran == std::vector{1, 2});
    CHECK(thread.end(in(0s)));  // again
}

TEST_CASE("an I/O thread may stand back behind the others", "[io_thread]") {
    const int ours = ::getpriority(PRIO_PROCESS, 0);
    for (const int behind : {0, 5}) {
        IoThread thread("ew-test", behind);
        int seen = -100;
        boost::asio::post(thread.executor(), [&seen] { seen = ::getpriority(PRIO_PROCESS, 0); });
        thread.start();
        REQUIRE(thread.end(in(10s)));
        CHECK(seen == std::min(ours + behind, 19));
    }
    CHECK(::getpriority(PRIO_PROCESS, 0) == ours);
}

TEST_CASE("an I/O thread waits for the last of its coroutines", "[io_thread]") {
    IoThread thread("ew-test");
    std::atomic<bool> ended = false;
    std::promise<void> begun;
    boost::asio::co_spawn(
        thread.executor(),
        [&]() -> boost::asio::awaitable<void> {
            boost::asio::steady_timer timer(thread.executor(), 30ms);
            begun.set_value();
            co_await timer.async_wait(boost::asio::use_awaitable);
            ended = true;
        },
        [](const std::exception_ptr&) {});
    thread.start();
    begun.get_future().wait();
    CHECK(thread.end(in(10s)));
    CHECK(ended);
}

TEST_CASE("an I/O thread cuts off what does not end in time, and lets go of what it held", "[io_thread]") {
    const auto held = std::make_shared<int>(1);
    {
        IoThread thread("ew-test");
        std::promise<void> begun;
        boost::asio::co_spawn(
            thread.executor(),
            [&, held]() -> boost::asio::awaitable<void> {
                boost::asio::steady_timer timer(thread.executor(), 1h);
                begun.set_value();
                co_await timer.async_wait(boost::asio::use_awaitable);
            },
            [](const std::exception_ptr&) {});
        thread.start();
        begun.get_future().wait();
        CHECK_FALSE(thread.end(in(0s)));
    }
    CHECK(held.use_count() == 1);
}

TEST_CASE("an I/O thread that was never started, or is still busy, can go", "[io_thread]") {
    IoThread never("ew-test");
    IoThread busy("ew-test");
    busy.start();
    SUCCEED();
}

}  // namespace edgeward::app
