#include <edgeward/admin/control_client.hpp>

#include <algorithm>
#include <tuple>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/basic_stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>

#include "control_socket.hpp"
#include "target.hpp"

namespace edgeward::admin {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using Stream = beast::basic_stream<asio::local::stream_protocol>;

constexpr auto as_result = asio::as_tuple(asio::use_awaitable);
constexpr std::uint64_t max_response = std::uint64_t{256} << 20U;  // an audit export is the largest

tl::unexpected<Error> no_daemon(const beast::error_code& error, const std::filesystem::path& socket) {
    if (error == asio::error::access_denied) {
        return failure(ErrorKind::denied,
                       "this user may not use " + socket.string() +
                           "; run as root, as the daemon's user or as a member of its group");
    }
    return failure(ErrorKind::unavailable, "the daemon does not answer on " + socket.string() + " (" +
                                               error.message() +
                                               "); is it running? systemctl status edgeward");
}

http::request<http::string_body> to_message(std::string_view method, std::string_view target,
                                            std::string body, std::string_view break_glass) {
    http::request<http::string_body> message;
    message.version(11);
    message.method_string(beast::string_view(method.data(), method.size()));
    message.target(beast::string_view(target.data(), target.size()));
    message.set(http::field::host, "localhost");
    message.set(http::field::content_type, "application/json");
    if (!break_glass.empty()) message.set(break_glass_field, break_glass);
    message.keep_alive(false);
    message.body() = std::move(body);
    message.prepare_payload();
    return message;
}

// Sends and takes the answer into `response`.
asio::awaitable<beast::error_code> exchange(Stream& stream, const http::request<http::string_body>& message,
                                            HttpResponse& response) {
    // The daemon may refuse and close before it has read everything, so its answer counts even when sending
    // failed.
    const auto [send_error, sent] = co_await http::async_write(stream, message, as_result);
    beast::flat_buffer buffer;
    http::response_parser<http::string_body> parser;
    parser.body_limit(max_response);
    parser.skip(message.method() == http::verb::head);
    const auto [error, received] = co_await http::async_read(stream, buffer, parser, as_result);
    if (error) {
        const beast::error_code first = send_error ? send_error : error;
        co_return first;
    }
    response.status = parser.get().result_int();
    const auto type = parser.get()[http::field::content_type];
    response.content_type.assign(type.data(), type.size());
    response.body = std::move(parser.get().body());
    co_return error;
}

asio::awaitable<void> converse(Stream& stream, const std::filesystem::path& socket,
                               const http::request<http::string_body>& message,
                               Result<HttpResponse>& result) {
    const asio::local::stream_protocol::endpoint endpoint(socket.native());
    const auto [connect_error] = co_await stream.async_connect(endpoint, as_result);
    if (connect_error) {
        result = no_daemon(connect_error, socket);
        co_return;
    }
    HttpResponse response;
    const beast::error_code error = co_await exchange(stream, message, response);
    if (error == beast::error::timeout) {
        result = failure(ErrorKind::unavailable, "the daemon gave no complete answer in time");
    } else if (error) {
        result = failure(ErrorKind::unavailable, "the daemon ended the connection without a complete answer");
    } else {
        result = std::move(response);
    }
}

bool is_plain_target(std::string_view target) {
    return !target.empty() && target.front() == '/' &&
           std::all_of(target.begin(), target.end(), [](char c) { return c > ' ' && c < 0x7F; });
}

}  // namespace

std::string make_target(const std::vector<std::string>& path,
                        const std::map<std::string, std::string>& query) {
    std::string target;
    for (const std::string& segment : path)
        target.append("/").append(percent_encode(segment));
    if (path.empty()) target = "/";
    char separator = '?';
    for (const auto& [name, value] : query) {
        target.append(1, separator).append(percent_encode(name)).append("=").append(percent_encode(value));
        separator = '&';
    }
    return target;
}

Result<HttpResponse> control_request(const std::filesystem::path& socket, std::string_view method,
                                     std::string_view target, std::string body,
                                     std::chrono::milliseconds patience, std::string_view break_glass) {
    if (!is_plain_target(target))
        return failure(ErrorKind::invalid_input, "the request target is not well-formed");
    if (socket.native().size() > max_socket_path) {
        return failure(ErrorKind::invalid_input, "the path of the control socket is too long");
    }
    asio::io_context context;
    Stream stream(context);
    stream.expires_after(patience);
    const auto message = to_message(method, target, std::move(body), break_glass);
    Result<HttpResponse> result = failure(ErrorKind::unavailable, "the daemon gave no answer");
    auto conversation = converse(stream, socket, message, result);
    asio::co_spawn(context, std::move(conversation), asio::detached);
    context.run();
    return result;
}

}  // namespace edgeward::admin
