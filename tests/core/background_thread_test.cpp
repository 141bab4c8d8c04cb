#include <edgeward/core/background_thread.hpp>

#include <pthread.h>

#include <array>
#include <future>

#include <catch2/catch_test_macros.hpp>

namespace edgeward {
namespace {

using namespace std::chrono_literals;

TEST_CASE("a background thread works under its name until it is stopped", "[background_thread]") {
    BackgroundThread thread("ew-test");
    std::promise<std::string> name;
    bool went_on = true;
    thread.start([&] {
        std::array<char, 16> text{};
        ::pthread_getname_np(::pthread_self(), text.data(), text.size());
        name.set_value(text.data());
        went_on = thread.pause(1h);
    });
    CHECK(name.get_future().get() == "ew-test");
    CHECK_FALSE(thread.stopping());
    thread.stop();
    CHECK(thread.stopping());
    CHECK_FALSE(went_on);
    thread.stop();
}

TEST_CASE("pauses end by their time until it is cancelled and at once afterwards", "[background_thread]") {
    BackgroundThread thread("ew-test");
    CHECK(thread.pause(0ms));
    CHECK(thread.pause(1ms));
    thread.cancel();
    CHECK_FALSE(thread.pause(1h));
}

TEST_CASE("the end of a background thread waits for its work", "[background_thread]") {
    bool ended = false;
    {
        BackgroundThread thread("ew-test");
        thread.start([&] {
            while (thread.pause(1h)) {
            }
            ended = true;
        });
    }
    CHECK(ended);
}

}  // namespace
}  // namespace edgeward
