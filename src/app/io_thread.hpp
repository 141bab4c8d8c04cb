#pragma once

#include <chrono>
#include <future>
#include <string>
#include <thread>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

namespace edgeward::app {

// A thread that runs what is given to its executor, one thing at a time. What is left there when it ends
// dies with it: coroutines own what they use, or use what is declared before it.
class IoThread {
public:
    using Deadline = std::chrono::steady_clock::time_point;

    // `name`: at most 15 octets, as `ps -T` shows it. `behind`: by so much it is nicer than who starts it, if
    // the system allows that (setpriority(2)); 0 to 19.
    explicit IoThread(std::string name, int behind = 0);
    IoThread(const IoThread&) = delete;
    IoThread& operator=(const IoThread&) = delete;
    ~IoThread();  // cuts off what is still running

    [[nodiscard]] boost::asio::any_io_executor executor() { return io_.get_executor(); }
    // Once.
    void start();
    // Everything that runs there was told to end: waits for the last of it. False: something was not done by
    // the deadline and is cut off. Again, or before start(): nothing happens.
    bool end(Deadline deadline);

private:
    const std::string name_;
    const int behind_;
    boost::asio::io_context io_{1};
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_;
    std::promise<void> ended_;
    std::thread thread_;
};

}  // namespace edgeward::app
