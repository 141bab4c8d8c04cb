#include "io_thread.hpp"

#include <pthread.h>
#include <sys/resource.h>

namespace edgeward::app {

IoThread::IoThread(std::string name, int behind)
    : name_(std::move(name)), behind_(behind), work_(io_.get_executor()) {}

IoThread::~IoThread() {
    end(Deadline::min());
}

void IoThread::start() {
    thread_ = std::thread([this] {
        pthread_setname_np(pthread_self(), name_.c_str());
        if (behind_ != 0) {
            const int niceness = ::getpriority(PRIO_PROCESS, 0) + behind_;
            static_cast<void>(::setpriority(PRIO_PROCESS, 0, niceness));  // of this thread alone, on Linux
        }
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
