#pragma once

#include <chrono>
#include <csignal>

namespace edgeward::app {

// What every process of ours that stays does at its start: keys live in its memory, so no core files and no
// ptrace by other users; SIGPIPE is an error of a write.
void guard_process();
// SIGTERM, SIGINT and SIGHUP, blocked here and in every thread begun after it: only the caller takes them.
sigset_t block_signals();
// The next of them, or 0 when `patience` is over.
int wait_for_signal(const sigset_t& signals, std::chrono::milliseconds patience);

}  // namespace edgeward::app
