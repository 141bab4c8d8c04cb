#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <string>

#include <edgeward/core/background_thread.hpp>
#include <edgeward/core/result.hpp>

namespace edgeward::app {

// A thread that makes a pass over something when it is woken, and once at its start: what woke it may have
// been the last thing before a crash. A pass that fails is made again after ten seconds, with `complaint` as
// a warning. A member of what the pass uses, and its last one. Any thread.
class WokenThread {
public:
    // `name` as BackgroundThread.
    WokenThread(std::string name, std::string complaint)
        : complaint_(std::move(complaint)), thread_(std::move(name)) {}

    // Once.
    void start(std::function<Result<void>()> pass);
    void stop() { thread_.stop(); }
    void wake() { wanted_ = true; }
    // Of the pass: false when it is time to stop.
    bool pause(std::chrono::milliseconds time) { return thread_.pause(time); }
    [[nodiscard]] bool stopping() const noexcept { return thread_.stopping(); }

private:
    const std::string complaint_;
    std::atomic<bool> wanted_ = true;
    BackgroundThread thread_;
};

}  // namespace edgeward::app
