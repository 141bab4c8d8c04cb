#include <catch2/catch_test_macros.hpp>

#include <atomic>
#include <future>
#include <stdexcept>

#include <pthread.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>

#include "dispatcher.hpp"
#include "program.hpp"
#include "support/described.hpp"

using namespace edgeward;
using namespace edgeward::admin;

namespace {

Route route(std::string pattern, Execution execution, Handler handler) {
    return {"GET", std::move(pattern), Exposure::control, execution, std::move(handler)};
}

// The io thread of the app, and a dispatcher beside it.
struct Bench {
    explicit Bench(Routes routes)
        : dispatcher(Dispatcher::start(*Router::make(support::described(std::move(routes))))) {}
    Bench(const Bench&) = delete;
    Bench& operator=(const Bench&) = delete;
    ~Bench() {
        dispatcher->stop();
        work.reset();
        io.join();
    }
    std::future<Answer> ask(std::string segment, Entrance entrance = Entrance::control_socket) {
        HttpRequest request{"GET", {std::move(segment)}};
        request.entrance = entrance;
        return boost::asio::co_spawn(context, dispatcher->answer(std::move(request)),
                                     boost::asio::use_future);
    }

    std::future<Answer> ask_twice(std::string segment) {
        HttpRequest request{"GET", {std::move(segment)}, {{"x", "1"}}};
        request.repeated = {{"x", "2"}};
        return boost::asio::co_spawn(context, dispatcher->answer(std::move(request)),
                                     boost::asio::use_future);
    }

    boost::asio::io_context context{1};
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work{context.get_executor()};
    std::shared_ptr<Dispatcher> dispatcher;
    std::thread io{[this] { context.run(); }};
};

std::string thread_name() {
    char name[16] = {};
    ::pthread_getname_np(::pthread_self(), name, sizeof name);
    return name;
}

}  // namespace

TEST_CASE("a handler runs on the thread its route asks for", "[dispatcher]") {
    const Handler name = [](const HttpRequest&) { return HttpResponse{200, "text/plain", thread_name()}; };
    Bench bench({route("/pool", Execution::on_pool, name), route("/io", Execution::at_once, name),
                 route("/apart", Execution::apart, name)});
    CHECK(bench.ask("pool").get().response.body == "ew-admin");
    CHECK(bench.ask("apart").get().response.body == "ew-login");
    CHECK(bench.ask("io").get().response.body != "ew-admin");
}

TEST_CASE("a busy pool does not delay what is answered at once", "[dispatcher]") {
    std::promise<void> gate;
    auto opened = gate.get_future().share();
    Bench bench({route("/slow", Execution::on_pool,
                       [opened](const HttpRequest&) {
                           opened.wait();
                           return HttpResponse{};
                       }),
                 route("/live", Execution::at_once, [](const HttpRequest&) { return HttpResponse{}; })});
    std::vector<std::future<Answer>> waiting;
    for (int i = 0; i < 5; ++i)
        waiting.push_back(bench.ask("slow"));
    CHECK(bench.ask("live").get().response.status == 200);
    for (auto& answer : waiting)
        CHECK(answer.wait_for(std::chrono::seconds(0)) == std::future_status::timeout);
    gate.set_value();
    for (auto& answer : waiting)
        CHECK(answer.get().response.status == 200);
}

TEST_CASE("an exception of a handler becomes an answer without its text", "[dispatcher]") {
    Bench bench({route("/std", Execution::on_pool,
                       [](const HttpRequest&) -> HttpResponse { throw std::runtime_error("MUSTERMANN"); }),
                 route("/odd", Execution::at_once, [](const HttpRequest&) -> HttpResponse { throw 7; })});
    for (const char* segment : {"std", "odd"}) {
        const Answer answer = bench.ask(segment).get();
        CHECK(answer.response.status == 500);
        CHECK(answer.response.body.find("MUSTERMANN") == std::string::npos);
    }
}

TEST_CASE("a parameter comes once unless the route takes more", "[dispatcher]") {
    const Handler repeated = [](const HttpRequest& request) {
        return HttpResponse{200, "text/plain", request.repeated.at(0).second};
    };
    auto taking = route("/takes", Execution::at_once, repeated);
    taking.repeats = true;
    Bench bench({taking, route("/once", Execution::at_once, repeated)});
    CHECK(bench.ask_twice("takes").get().response.body == "2");
    CHECK(bench.ask_twice("once").get().response.status == 400);
}

TEST_CASE("an unknown path is 404 and an unknown method is 405", "[dispatcher]") {
    Bench bench({{"POST", "/a", Exposure::control, Execution::at_once,
                  [](const HttpRequest&) { return HttpResponse{}; }}});
    CHECK(bench.ask("b").get().response.status == 404);
    const Answer wrong_method = bench.ask("a").get();
    CHECK(wrong_method.response.status == 405);
    CHECK(wrong_method.allow == "POST");
    CHECK(bench.ask("a", Entrance::https).get().response.status == 404);
}

TEST_CASE("stop waits for a running handler and later requests are turned down", "[dispatcher]") {
    std::promise<void> begun;
    std::promise<void> gate;
    std::atomic<bool> finished = false;
    auto opened = gate.get_future().share();
    Bench bench({route("/slow", Execution::on_pool,
                       [&](const HttpRequest&) {
                           begun.set_value();
                           opened.wait();
                           finished = true;
                           return HttpResponse{};
                       }),
                 route("/late", Execution::on_pool, [](const HttpRequest&) { return HttpResponse{}; }),
                 route("/live", Execution::at_once, [](const HttpRequest&) { return HttpResponse{}; })});
    auto running = bench.ask("slow");
    begun.get_future().wait();
    std::thread stopper([&] {
        bench.dispatcher->stop();
        CHECK(finished);
    });
    // Once stop() has begun, nothing new is called although the old handler still runs.
    CHECK(admin_tests::eventually([&] { return bench.ask("live").get().response.status == 503; }));
    CHECK_FALSE(finished);
    gate.set_value();
    stopper.join();
    CHECK(running.get().response.status == 200);
    // Without threads to run it, a handler of the pool would leave its caller waiting for ever.
    auto late = bench.ask("late");
    REQUIRE(late.wait_for(std::chrono::seconds(30)) == std::future_status::ready);
    CHECK(late.get().response.status == 503);
}
