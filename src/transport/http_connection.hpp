#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>

#include <edgeward/core/bytes.hpp>
#include <edgeward/core/result.hpp>
#include <edgeward/net/connect.hpp>

#include "exchange_deadline.hpp"
#include "http_endpoint.hpp"

namespace edgeward::transport {

struct HttpLimits {
    // For connecting, and again for one exchange; of a body in pieces, for each to be taken and for the
    // answer.
    std::chrono::milliseconds patience{30000};
    std::size_t response_size = std::size_t{4} << 20U;
};

struct HttpRequest {
    std::string_view method;
    std::string target;  // absolute path
    std::vector<std::pair<std::string_view, std::string>> fields;
    std::string_view body;
    // Instead of a body: its next octets, which hold until the next call; none: that was all. They go in
    // chunks (RFC 9112, 7.1).
    std::function<Result<ByteView>()> pieces = {};
};

struct HttpResponse {
    unsigned status = 0;
    std::string retry_after;
    std::string body;
};

// One HTTP/1.1 connection (RFC 9112), one exchange at a time. One thread or strand.
class HttpConnection {
public:
    // unavailable: no connection, or a TLS failure on either side; misconfigured: credentials.
    // By value: opening may outlast who asked for it.
    static boost::asio::awaitable<Result<std::unique_ptr<HttpConnection>>> open(HttpEndpoint endpoint,
                                                                                HttpLimits limits);

    // unavailable: the request did not go out whole; ambiguous: it did, and no whole answer came back; errors
    // of `pieces` as they are, the request is broken off.
    boost::asio::awaitable<Result<HttpResponse>> exchange(const HttpRequest& request,
                                                          const HttpLimits& limits);

    // May it be used for another exchange, as far as can be seen without sending?
    [[nodiscard]] bool reusable();
    // An exchange under way ends with an error.
    void close();

private:
    using Plain = boost::asio::ip::tcp::socket;
    using Secure = std::unique_ptr<net::TlsStream>;
    HttpConnection(std::variant<Plain, Secure> stream, std::string host);
    Plain& socket();
    template <typename Stream>
    boost::asio::awaitable<Result<HttpResponse>> exchange_on(Stream& stream, const HttpRequest& request,
                                                             std::size_t limit, ExchangeDeadline& deadline);

    std::variant<Plain, Secure> stream_;
    std::string host_;
    boost::beast::flat_buffer received_;
    bool keep_alive_ = true;
    bool proven_ = false;  // has answered before
};

}  // namespace edgeward::transport
