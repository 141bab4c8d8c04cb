#pragma once

#include <memory>
#include <set>
#include <vector>

#include "http_connection.hpp"
#include "pending_connect.hpp"

namespace edgeward::transport {

// Exchanges with one server over kept-alive connections, as many as exchanges are under way at once. Follows
// no redirects. One thread or strand; must outlive its exchanges.
class HttpClient {
public:
    HttpClient(HttpEndpoint endpoint, const HttpLimits& limits);
    HttpClient(const HttpClient&) = delete;
    HttpClient& operator=(const HttpClient&) = delete;
    ~HttpClient();

    // Errors as HttpConnection; unavailable after close.
    boost::asio::awaitable<Result<HttpResponse>> exchange(const HttpRequest& request);
    // Ends exchanges under way and refuses later ones.
    void close();
    [[nodiscard]] const HttpEndpoint& endpoint() const noexcept { return endpoint_; }

private:
    using Connect = PendingConnect<std::unique_ptr<HttpConnection>>;
    boost::asio::awaitable<Connect::Opened> take();

    HttpEndpoint endpoint_;
    HttpLimits limits_;
    std::vector<std::unique_ptr<HttpConnection>> idle_;
    std::set<HttpConnection*> busy_;
    std::set<std::shared_ptr<Connect>> openings_;  // see PendingConnect
    bool closed_ = false;
};

}  // namespace edgeward::transport
