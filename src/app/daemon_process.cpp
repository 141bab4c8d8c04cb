#include "daemon_process.hpp"

#include <pthread.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include <ctime>

namespace edgeward::app {

void guard_process() {
    const rlimit none{0, 0};
    setrlimit(RLIMIT_CORE, &none);
    prctl(PR_SET_DUMPABLE, 0);
    static_cast<void>(std::signal(SIGPIPE, SIG_IGN));
}

sigset_t block_signals() {
    sigset_t signals;
    sigemptyset(&signals);
    for (const int signal : {SIGTERM, SIGINT, SIGHUP})
        sigaddset(&signals, signal);
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    return signals;
}

int wait_for_signal(const sigset_t& signals, std::chrono::milliseconds patience) {
    timespec limit{};
    limit.tv_sec = patience.count() / 1000;
    limit.tv_nsec = (patience.count() % 1000) * 1'000'000;
    const int signal = sigtimedwait(&signals, nullptr, &limit);
    return signal > 0 ? signal : 0;
}

}  // namespace edgeward::app
