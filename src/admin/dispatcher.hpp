#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

#include <edgeward/admin/http.hpp>

#include "router.hpp"

namespace edgeward::admin {

// A response and what HTTP wants to know beside it.
struct Answer {
    HttpResponse response;
    std::string allow{};  // the Allow field of a 405
};

// Runs the handler of a request on the thread its route asks for, and keeps its exceptions in.
// Threads: answer() by the coroutines of one executor; stop() by any thread but a handler's.
class Dispatcher : public std::enable_shared_from_this<Dispatcher> {
public:
    static std::shared_ptr<Dispatcher> start(Router router);
    Dispatcher(const Dispatcher&) = delete;
    Dispatcher& operator=(const Dispatcher&) = delete;
    ~Dispatcher();

    boost::asio::awaitable<Answer> answer(HttpRequest request);
    // Waits for handlers that are running; requests from then on get 503.
    void stop();

private:
    using WorkGuard = boost::asio::executor_work_guard<boost::asio::io_context::executor_type>;

    explicit Dispatcher(Router router);
    std::optional<WorkGuard> admit(Execution execution);
    boost::asio::io_context& pool_for(Execution execution) {
        return execution == Execution::apart ? apart_ : pool_;
    }
    void run(boost::asio::io_context& pool, const char* name);
    HttpResponse call(const Route& route, const HttpRequest& request);
    static boost::asio::awaitable<HttpResponse> call_on_pool(std::shared_ptr<Dispatcher> self,
                                                             WorkGuard admitted, const Route* route,
                                                             HttpRequest request);

    Router router_;
    boost::asio::io_context pool_;
    boost::asio::io_context apart_{1};
    WorkGuard work_;
    WorkGuard work_apart_;
    std::atomic<bool> stopped_ = false;
    std::mutex at_once_;  // held while an at_once handler runs, so that stop() can wait for it
    std::vector<std::thread> threads_;
};

}  // namespace edgeward::admin
