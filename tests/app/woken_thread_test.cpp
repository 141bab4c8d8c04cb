#include "woken_thread.hpp"

#include <catch2/catch_test_macros.hpp>

#include "support/program.hpp"

namespace edgeward::app {

using support::eventually;

TEST_CASE("a woken thread makes a pass at its start and one for each time it is woken", "[woken_thread]") {
    std::atomic<int> passes = 0;
    WokenThread thread("ew-test", "it could not be done");
    thread.start([&]() -> Result<void> {
        ++passes;
        return {};
    });
    REQUIRE(eventually([&] { return passes == 1; }));
    thread.wake();
    CHECK(eventually([&] { return passes == 2; }));
    thread.stop();
    CHECK(thread.stopping());
    thread.wake();
    CHECK(passes == 2);
}

TEST_CASE("a woken thread whose pass has failed makes no other when it is told to end", "[woken_thread]") {
    std::atomic<int> passes = 0;
    WokenThread thread("ew-test", "it could not be done");
    thread.start([&]() -> Result<void> {
        ++passes;
        return failure(ErrorKind::unavailable, "not now");
    });
    REQUIRE(eventually([&] { return passes == 1; }));
    thread.stop();  // it waits ten seconds for another try
    CHECK(passes == 1);
}

}  // namespace edgeward::app
