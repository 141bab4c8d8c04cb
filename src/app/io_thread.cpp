#include "io_thread.hpp"

#include <pthread.h>

namespace edgeward::app {

IoThread::IoThread(std::string name) : name_(std::move(name)), work_(io_.get_executor()) {}

IoThread::~IoThread() {
    end(Deadline::min());
}

void IoThread::start() {
    thread_ = std::thread([this] {
        pthread_setname_np(pthread_self(), name_.c_str());
        io_.run();
        ended_.set_value();
    });
}

bool IoThread::end(Deadline deadline) {
    if (!thread_.joinable()) return true;
    work_.reset();
    const bool in_time = ended_.get_future().wait_until(deadline) == std::future_status::ready;
    io_.stop();
    thread_.join();
    return in_time;
}

}  // namespace edgeward::app
