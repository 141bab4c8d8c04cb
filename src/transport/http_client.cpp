#include "http_client.hpp"

#include <optional>
#include <utility>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace edgeward::transport {

namespace asio = boost::asio;
using Opened = Result<std::unique_ptr<HttpConnection>>;

// A connect under way. Shared with it, because it outlives the exchange that close() has ended: a name may be
// looked up for longer than anybody waits.
struct HttpClient::Opening {
    explicit Opening(const asio::any_io_executor& executor)
        : done(executor, asio::steady_timer::time_point::max()) {}
    void give_up() {
        abort.emit(asio::cancellation_type::terminal);
        done.cancel();
    }

    asio::steady_timer done;  // cancelled when the connect has ended or is given up
    asio::cancellation_signal abort;
    std::optional<Opened> result;
};

HttpClient::HttpClient(HttpEndpoint endpoint, const HttpLimits& limits)
    : endpoint_(std::move(endpoint)), limits_(limits) {}

HttpClient::~HttpClient() = default;

asio::awaitable<Opened> HttpClient::take() {
    while (!idle_.empty()) {
        auto connection = std::move(idle_.back());
        idle_.pop_back();
        if (connection->reusable()) co_return connection;
    }
    const auto executor = co_await asio::this_coro::executor;
    const auto opening = std::make_shared<Opening>(executor);
    auto finished = [opening](const std::exception_ptr& thrown, Opened opened) {
        if (thrown) opened = failure(ErrorKind::unavailable, "connecting failed");
        opening->result = std::move(opened);
        opening->done.cancel();
    };
    openings_.insert(opening);
    auto connecting = HttpConnection::open(endpoint_, limits_);
    asio::co_spawn(executor, std::move(connecting),
                   asio::bind_cancellation_slot(opening->abort.slot(), std::move(finished)));
    boost::system::error_code ignored;
    co_await opening->done.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    openings_.erase(opening);
    if (!opening->result) opening->result = failure(ErrorKind::unavailable, "the connection is closed");
    co_return std::move(*opening->result);
}

asio::awaitable<Result<HttpResponse>> HttpClient::exchange(const HttpRequest& request) {
    if (closed_) co_return failure(ErrorKind::unavailable, "the connection is closed");
    auto connection = co_await take();
    if (!connection) co_return failure(std::move(connection.error()));
    if (closed_) co_return failure(ErrorKind::unavailable, "the connection is closed");
    busy_.insert(connection->get());
    auto answer = co_await (*connection)->exchange(request, limits_);
    busy_.erase(connection->get());
    if (answer && !closed_ && (*connection)->reusable()) idle_.push_back(std::move(*connection));
    co_return answer;
}

void HttpClient::close() {
    closed_ = true;
    idle_.clear();
    for (const auto& opening : openings_)
        opening->give_up();
    for (auto* connection : busy_)
        connection->close();
}

}  // namespace edgeward::transport
