#include "http_client.hpp"

#include <utility>

#include <boost/asio/this_coro.hpp>

namespace edgeward::transport {

namespace asio = boost::asio;

HttpClient::HttpClient(HttpEndpoint endpoint, const HttpLimits& limits)
    : endpoint_(std::move(endpoint)), limits_(limits) {}

HttpClient::~HttpClient() = default;

asio::awaitable<HttpClient::Connect::Opened> HttpClient::take() {
    while (!idle_.empty()) {
        auto connection = std::move(idle_.back());
        idle_.pop_back();
        if (connection->reusable()) co_return connection;
    }
    const auto executor = co_await asio::this_coro::executor;
    const auto opening = Connect::begin(executor, HttpConnection::open(endpoint_, limits_));
    openings_.insert(opening);
    auto* const opened = co_await opening->wait();
    openings_.erase(opening);
    co_return std::move(*opened);
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
