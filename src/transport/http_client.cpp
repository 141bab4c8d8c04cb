#include "http_client.hpp"

#include <utility>

namespace edgeward::transport {

HttpClient::HttpClient(HttpEndpoint endpoint, const HttpLimits& limits)
    : endpoint_(std::move(endpoint)), limits_(limits) {}

boost::asio::awaitable<Result<std::unique_ptr<HttpConnection>>> HttpClient::take() {
    while (!idle_.empty()) {
        auto connection = std::move(idle_.back());
        idle_.pop_back();
        if (connection->reusable()) co_return connection;
    }
    co_return co_await HttpConnection::open(endpoint_, limits_);
}

boost::asio::awaitable<Result<HttpResponse>> HttpClient::exchange(const HttpRequest& request) {
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
    for (auto* connection : busy_)
        connection->close();
}

}  // namespace edgeward::transport
