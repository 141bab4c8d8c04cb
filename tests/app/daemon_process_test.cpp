#include "daemon_process.hpp"

#include <catch2/catch_test_macros.hpp>

#include <pthread.h>
#include <sys/prctl.h>

namespace edgeward::app {

TEST_CASE("a signal that is blocked waits for who asks for it", "[daemon_process]") {
    const sigset_t signals = block_signals();
    CHECK(wait_for_signal(signals, std::chrono::milliseconds(1)) == 0);
    ::pthread_kill(::pthread_self(), SIGHUP);
    CHECK(wait_for_signal(signals, std::chrono::seconds(10)) == SIGHUP);
    CHECK(wait_for_signal(signals, std::chrono::milliseconds(1)) == 0);
    ::pthread_sigmask(SIG_UNBLOCK, &signals, nullptr);
}

TEST_CASE("a process with keys leaves no core file", "[daemon_process]") {
    const int before = ::prctl(PR_GET_DUMPABLE);
    guard_process();
    CHECK(::prctl(PR_GET_DUMPABLE) == 0);
    ::prctl(PR_SET_DUMPABLE, before);
}

}  // namespace edgeward::app
