#include <edgeward/core/background_thread.hpp>

#include <pthread.h>

#include <utility>

namespace edgeward {

BackgroundThread::BackgroundThread(std::string name) : name_(std::move(name)) {}

BackgroundThread::~BackgroundThread() {
    stop();
}

void BackgroundThread::start(std::function<void()> work) {
    thread_ = std::thread([this, work = std::move(work)] {
        ::pthread_setname_np(::pthread_self(), name_.c_str());
        work();
    });
}

void BackgroundThread::cancel() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    stopped_.notify_all();
}

void BackgroundThread::stop() {
    cancel();
    if (thread_.joinable()) thread_.join();
}

bool BackgroundThread::pause(std::chrono::milliseconds time) {
    std::unique_lock lock(mutex_);
    return !stopped_.wait_for(lock, time, [this] { return stopping_.load(); });
}

}  // namespace edgeward
