#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

namespace edgeward {

// A thread for work that is done now and then, and pauses that end when it is told to stop. A member of what
// the work uses, and its last one: so it ends first. Any thread.
class BackgroundThread {
public:
    explicit BackgroundThread(std::string name);  // at most 15 octets, as `ps -T` shows it
    BackgroundThread(const BackgroundThread&) = delete;
    BackgroundThread& operator=(const BackgroundThread&) = delete;
    ~BackgroundThread();  // stop()

    // Once.
    void start(std::function<void()> work);
    // Ends every pause, the later ones at once.
    void cancel();
    // cancel(), and waits for the end of the work. Not from the work itself.
    void stop();

    // Of the thread that works: false when it is time to stop.
    bool pause(std::chrono::milliseconds time);
    [[nodiscard]] const std::atomic<bool>& stopping() const noexcept { return stopping_; }

private:
    const std::string name_;
    std::atomic<bool> stopping_ = false;
    std::mutex mutex_;
    std::condition_variable stopped_;
    std::thread thread_;
};

}  // namespace edgeward
