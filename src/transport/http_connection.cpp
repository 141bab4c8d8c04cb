#include "http_connection.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <sstream>
#include <type_traits>

#include <sys/socket.h>
#include <boost/asio/buffer.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>

#include <edgeward/core/secret.hpp>

namespace edgeward::transport {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using boost::system::error_code;
using tcp = asio::ip::tcp;

constexpr std::uint32_t longest_head = 32 * 1024;
constexpr int most_interim_answers = 4;
constexpr std::size_t full_record = 16384;  // of TLS, RFC 8446 5.1

asio::awaitable<Result<tcp::socket>> connect_plain(const HttpUrl& url, std::chrono::milliseconds patience) {
    const auto executor = co_await asio::this_coro::executor;
    tcp::resolver resolver(executor);
    tcp::socket socket(executor);
    error_code error;
    const auto found = co_await resolver.async_resolve(url.host, std::to_string(url.port),
                                                       asio::redirect_error(asio::use_awaitable, error));
    if (!error) {
        const ExchangeDeadline deadline(socket, patience);
        co_await asio::async_connect(socket, found, asio::redirect_error(asio::use_awaitable, error));
    }
    if (error) co_return failure(ErrorKind::unavailable, "cannot connect: " + error.message());
    socket.set_option(tcp::no_delay(true), error);  // NOLINT(bugprone-unused-return-value)
    co_return socket;
}

asio::awaitable<Result<std::unique_ptr<net::TlsStream>>> connect_secure(const HttpEndpoint& endpoint,
                                                                        std::chrono::milliseconds patience) {
    auto context = net::client_context(endpoint.tls, endpoint.credentials);
    if (!context) co_return failure(std::move(context.error()));
    auto stream = co_await net::connect_tls(*context, endpoint.url.host, endpoint.url.port,
                                            endpoint.tls.server_name, patience);
    // A certificate that does not verify is mended without us: keep trying.
    if (!stream) co_return failure(ErrorKind::unavailable, std::move(stream.error().message));
    co_return std::move(*stream);
}

std::string head_of(const HttpRequest& request, const std::string& host) {
    http::request<http::empty_body> head;
    head.version(11);
    head.method_string({request.method.data(), request.method.size()});
    head.target({request.target.data(), request.target.size()});
    head.set(http::field::host, host);
    head.set(http::field::user_agent, "edgeward");
    for (const auto& [name, value] : request.fields)
        head.set({name.data(), name.size()}, value);
    if (request.pieces) head.set(http::field::transfer_encoding, "chunked");
    if (!request.body.empty()) head.set(http::field::content_length, std::to_string(request.body.size()));
    std::ostringstream text;
    text << head.base();
    return std::move(text).str();
}

// What became of an exchange that failed after `written`.
Error exchange_error(const error_code& error, bool written) {
    if (!written) return {ErrorKind::unavailable, "the connection failed: " + error.message()};
    if (error == http::error::body_limit || error == http::error::header_limit)
        return {ErrorKind::ambiguous, "the answer is too long"};
    return {ErrorKind::ambiguous, "no usable answer: " + error.message()};
}

// The last one is empty.
void append_chunk(std::string& wire, ByteView octets) {
    std::array<char, 16> size{};
    const auto end = std::to_chars(size.data(), size.data() + size.size(), octets.size(), 16).ptr;
    wire.append(size.data(), end).append("\r\n").append(text_of(octets)).append("\r\n");
}

// Head and body; gives how writing ended.
template <typename Stream>
asio::awaitable<Result<error_code>> write_request(Stream& stream, const HttpRequest& request,
                                                  std::string head, ExchangeDeadline& deadline) {
    error_code error;
    // The head and the beginning of the body as one: the TLS stream would make a record and a packet of the
    // head alone. What follows is sent from where it is: bodies are long.
    std::string wire = std::move(head);
    const std::string_view beginning =
        request.body.substr(0, full_record - std::min(full_record, wire.size()));
    const std::string_view rest = request.body.substr(beginning.size());
    bool last = !request.pieces;
    if (last) wire.append(beginning);
    do {
        if (request.pieces) {
            const auto piece = request.pieces();
            if (!piece) co_return failure(piece.error());
            last = piece->empty();
            append_chunk(wire, *piece);
        }
        co_await asio::async_write(stream, asio::buffer(wire),
                                   asio::redirect_error(asio::use_awaitable, error));
        wipe(wire.data(), wire.size());
        wire.clear();
        if (request.pieces) deadline.restart();
    } while (!last && !error);
    if (!rest.empty() && !error)
        co_await asio::async_write(stream, asio::buffer(rest),
                                   asio::redirect_error(asio::use_awaitable, error));
    co_return error;
}

template <typename Stream>
bool refused_by_tls(Stream& stream, const error_code& error) {
    if constexpr (std::is_same_v<Stream, net::TlsStream>)
        return net::tls_failure(stream, error).kind == ErrorKind::denied;
    return false;
}

}  // namespace

HttpConnection::HttpConnection(std::variant<Plain, Secure> stream, std::string host)
    : stream_(std::move(stream)), host_(std::move(host)) {}

asio::awaitable<Result<std::unique_ptr<HttpConnection>>> HttpConnection::open(HttpEndpoint endpoint,
                                                                              HttpLimits limits) {
    using Made = std::unique_ptr<HttpConnection>;
    if (endpoint.url.secure) {
        auto stream = co_await connect_secure(endpoint, limits.patience);
        if (!stream) co_return failure(std::move(stream.error()));
        co_return Made(new HttpConnection(std::move(*stream), endpoint.url.authority()));
    }
    auto socket = co_await connect_plain(endpoint.url, limits.patience);
    if (!socket) co_return failure(std::move(socket.error()));
    co_return Made(new HttpConnection(std::move(*socket), endpoint.url.authority()));
}

HttpConnection::Plain& HttpConnection::socket() {
    if (auto* const plain = std::get_if<Plain>(&stream_)) return *plain;
    return std::get<Secure>(stream_)->next_layer();
}

template <typename Stream>
asio::awaitable<Result<HttpResponse>> HttpConnection::exchange_on(Stream& stream, const HttpRequest& request,
                                                                  std::size_t limit,
                                                                  ExchangeDeadline& deadline) {
    std::string head = head_of(request, host_);
    const auto written = co_await write_request(stream, request, std::move(head), deadline);
    if (!written) co_return failure(written.error());
    const error_code unwritten = *written;
    error_code error;

    // A server that refuses early (401, 413) may close while we write: its answer counts more than our error.
    std::optional<http::response_parser<http::string_body>> parser;
    for (int interim = 0; interim < most_interim_answers; ++interim) {
        parser.emplace();
        parser->header_limit(longest_head);
        parser->body_limit(limit);
        co_await http::async_read(stream, received_, *parser,
                                  asio::redirect_error(asio::use_awaitable, error));
        if (error || parser->get().result_int() / 100 != 1) break;
    }
    if (error) {
        // With TLS 1.3 a refused client certificate shows up as late as here; nothing was processed then.
        if (!proven_ && refused_by_tls(stream, error))
            co_return failure(ErrorKind::unavailable, "TLS refused: " + error.message());
        auto reason = failure(exchange_error(unwritten ? unwritten : error, !unwritten));
        co_return reason;
    }
    proven_ = true;
    keep_alive_ = parser->get().keep_alive() && !unwritten;
    auto& answer = parser->get();
    const auto retry_after = answer[http::field::retry_after];
    HttpResponse response;  // named: GCC 12 destroys the members of a braced temporary in co_return twice
    response.status = answer.result_int();
    response.retry_after.assign(retry_after.data(), retry_after.size());
    response.body = std::move(answer.body());
    co_return response;
}

asio::awaitable<Result<HttpResponse>> HttpConnection::exchange(const HttpRequest& request,
                                                               const HttpLimits& limits) {
    ExchangeDeadline deadline(socket(), limits.patience);
    Result<HttpResponse> answer;
    // Not in one conditional expression: GCC 12 destroys the temporaries of its branches twice.
    if (auto* const plain = std::get_if<Plain>(&stream_)) {
        answer = co_await exchange_on(*plain, request, limits.response_size, deadline);
    } else {
        answer = co_await exchange_on(*std::get<Secure>(stream_), request, limits.response_size, deadline);
    }
    if (!answer && deadline.expired()) answer.error().message = "no answer in time";
    if (!answer) close();
    co_return answer;
}

bool HttpConnection::reusable() {
    if (!keep_alive_ || !socket().is_open() || received_.size() != 0) return false;
    // Anything to read between exchanges is the peer closing, or nonsense.
    char octet = 0;
    const auto got = ::recv(socket().native_handle(), &octet, 1, MSG_PEEK | MSG_DONTWAIT);
    return got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
}

void HttpConnection::close() {
    error_code ignored;
    socket().close(ignored);  // NOLINT(bugprone-unused-return-value)
    keep_alive_ = false;
}

}  // namespace edgeward::transport
