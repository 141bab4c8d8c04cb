#include <edgeward/core/log.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <exception>

#include <pthread.h>

#include "dispatcher.hpp"

namespace edgeward::admin {
namespace {

// One handler may wait for the store writer while another answers.
constexpr int pool_threads = 2;

}  // namespace

Dispatcher::Dispatcher(Router router)
    : router_(std::move(router)), pool_(pool_threads), work_(boost::asio::make_work_guard(pool_)) {}

std::shared_ptr<Dispatcher> Dispatcher::start(Router router) {
    std::shared_ptr<Dispatcher> dispatcher(new Dispatcher(std::move(router)));
    for (int i = 0; i < pool_threads; ++i) {
        dispatcher->threads_.emplace_back([&pool = dispatcher->pool_] {
            ::pthread_setname_np(::pthread_self(), "ew-admin");
            pool.run();
        });
    }
    return dispatcher;
}

Dispatcher::~Dispatcher() {
    stop();
}

void Dispatcher::stop() {
    {
        const std::lock_guard lock(at_once_);
        stopped_ = true;
    }
    work_.reset();
    for (std::thread& thread : threads_)
        thread.join();
    threads_.clear();
}

HttpResponse Dispatcher::call(const Route& route, const HttpRequest& request) {
    if (stopped_) return error_response({ErrorKind::unavailable, "the gateway is shutting down"});
    try {
        return route.handler(request);
    } catch (const std::exception&) {
        // Its text may hold what the request held, so neither the log nor the caller gets it.
        log::error("an admin handler failed unexpectedly",
                   {{"method", route.method}, {"route", route.pattern}});
    } catch (...) {
        log::error("an admin handler failed unexpectedly",
                   {{"method", route.method}, {"route", route.pattern}});
    }
    return error_response({ErrorKind::corrupt, "the gateway failed to answer; see its log"});
}

boost::asio::awaitable<HttpResponse> Dispatcher::call_on_pool(std::shared_ptr<Dispatcher> self,
                                                              const Route* route, HttpRequest request) {
    co_return self->call(*route, request);
}

boost::asio::awaitable<Answer> Dispatcher::answer(HttpRequest request, bool public_only) {
    const Router::Match match = router_.find(request.method, request.path, public_only);
    if (match.route == nullptr) {
        Answer answer;
        answer.response =
            error_response({ErrorKind::invalid_input,
                            match.allow.empty() ? "there is no such path" : "the path has no such method"});
        answer.response.status = match.allow.empty() ? 404 : 405;
        answer.allow = match.allow;
        co_return answer;
    }
    if (match.route->execution == Execution::at_once) {
        const std::lock_guard lock(at_once_);
        co_return Answer{call(*match.route, request), {}};
    }
    auto work = call_on_pool(shared_from_this(), match.route, std::move(request));
    HttpResponse response =
        co_await boost::asio::co_spawn(pool_.get_executor(), std::move(work), boost::asio::use_awaitable);
    co_return Answer{std::move(response), {}};
}

}  // namespace edgeward::admin
