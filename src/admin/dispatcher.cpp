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

HttpResponse shutting_down() {
    return error_response({ErrorKind::unavailable, "the gateway is shutting down"});
}

}  // namespace

Dispatcher::Dispatcher(Router router)
    : router_(std::move(router)),
      pool_(pool_threads),
      work_(boost::asio::make_work_guard(pool_)),
      work_apart_(boost::asio::make_work_guard(apart_)) {}

void Dispatcher::run(boost::asio::io_context& pool, const char* name) {
    threads_.emplace_back([&pool, name] {
        ::pthread_setname_np(::pthread_self(), name);
        pool.run();
    });
}

std::shared_ptr<Dispatcher> Dispatcher::start(Router router) {
    std::shared_ptr<Dispatcher> dispatcher(new Dispatcher(std::move(router)));
    for (int i = 0; i < pool_threads; ++i)
        dispatcher->run(dispatcher->pool_, "ew-admin");
    dispatcher->run(dispatcher->apart_, "ew-login");
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
    work_apart_.reset();
    for (std::thread& thread : threads_)
        thread.join();
    threads_.clear();
}

// Keeps the pool's threads until the handler has run: on a pool that has ended it would wait for ever.
std::optional<Dispatcher::WorkGuard> Dispatcher::admit(Execution execution) {
    const std::lock_guard lock(at_once_);
    if (stopped_) return std::nullopt;
    return boost::asio::make_work_guard(pool_for(execution));
}

HttpResponse Dispatcher::call(const Route& route, const HttpRequest& request) {
    if (stopped_) return shutting_down();
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
                                                              WorkGuard /*admitted*/, const Route* route,
                                                              HttpRequest request) {
    co_return self->call(*route, request);
}

boost::asio::awaitable<Answer> Dispatcher::answer(HttpRequest request) {
    const Router::Match match = router_.find(request.method, request.path, request.entrance);
    if (match.route == nullptr) {
        Answer answer;
        answer.response =
            error_response({ErrorKind::invalid_input,
                            match.allow.empty() ? "there is no such path" : "the path has no such method"});
        answer.response.status = match.allow.empty() ? 404 : 405;
        answer.allow = match.allow;
        co_return answer;
    }
    Answer answer;
    if (!request.repeated.empty() && !match.route->repeats) {
        answer.response =
            error_response({ErrorKind::invalid_input, "a parameter of the query comes more than once"});
        co_return answer;
    }
    if (match.route->execution == Execution::at_once) {
        const std::lock_guard lock(at_once_);
        answer.response = call(*match.route, request);
    } else if (auto admitted = admit(match.route->execution)) {
        auto work = call_on_pool(shared_from_this(), *std::move(admitted), match.route, std::move(request));
        auto calling = boost::asio::co_spawn(pool_for(match.route->execution).get_executor(), std::move(work),
                                             boost::asio::use_awaitable);
        answer.response = co_await std::move(calling);
    } else {
        answer.response = shutting_down();
    }
    co_return answer;
}

}  // namespace edgeward::admin
