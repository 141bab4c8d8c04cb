#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>
#include <vector>

#include <sys/socket.h>

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include "exchange_deadline.hpp"
#include "mllp_connection.hpp"

namespace edgeward::transport {

namespace {

namespace asio = boost::asio;
using boost::system::error_code;

constexpr auto with_error = asio::as_tuple(asio::use_awaitable);

// Both streams, seen as an Asio stream.
template <typename Stream, typename Use>
auto with_stream(Stream& stream, const Use& use) {
    return std::visit(
        [&](auto& one) {
            if constexpr (std::is_same_v<std::decay_t<decltype(one)>, MllpConnection::Tls>)
                return use(*one);
            else
                return use(one);
        },
        stream);
}

// TLS 1.3 lets the peer refuse our certificate only after the handshake, by one of these alerts at our first
// read.
bool refuses_our_certificate(const error_code& error) {
    if (error.category() != asio::error::get_ssl_category()) return false;
    constexpr std::array reasons{SSL_R_TLSV13_ALERT_CERTIFICATE_REQUIRED,
                                 SSL_R_SSLV3_ALERT_BAD_CERTIFICATE,
                                 SSL_R_SSLV3_ALERT_UNSUPPORTED_CERTIFICATE,
                                 SSL_R_SSLV3_ALERT_CERTIFICATE_REVOKED,
                                 SSL_R_SSLV3_ALERT_CERTIFICATE_EXPIRED,
                                 SSL_R_SSLV3_ALERT_CERTIFICATE_UNKNOWN,
                                 SSL_R_TLSV1_ALERT_UNKNOWN_CA,
                                 SSL_R_TLSV1_ALERT_ACCESS_DENIED};
    const int reason = ERR_GET_REASON(static_cast<unsigned long>(error.value()));
    return std::find(reasons.begin(), reasons.end(), reason) != reasons.end();
}

}  // namespace

MllpConnection::MllpConnection(std::variant<Tls, Plain> stream)
    : stream_(std::move(stream)), last_use_(std::chrono::steady_clock::now()) {}

MllpConnection::Plain& MllpConnection::socket() {
    if (auto* tls = std::get_if<Tls>(&stream_)) return (*tls)->next_layer();
    return std::get<Plain>(stream_);
}

Error MllpConnection::lost(const error_code& error) {
    close();
    if (!answered_ && refuses_our_certificate(error)) {
        return {ErrorKind::unavailable, "receiver refused our certificate: " + error.message()};
    }
    // The alert may be lost when the peer closes at once; then only the reset is seen.
    const bool maybe_refused = !answered_ && std::holds_alternative<Tls>(stream_);
    std::string text = "connection lost before the acknowledgement";
    if (maybe_refused) text += " (does the receiver accept our certificate?)";
    return {ErrorKind::ambiguous, text.append(": ").append(error.message())};
}

asio::awaitable<error_code> MllpConnection::write(std::string_view octets,
                                                  std::chrono::milliseconds patience) {
    const ExchangeDeadline deadline(socket(), patience);
    const auto buffer = asio::buffer(octets.data(), octets.size());
    auto writing =
        with_stream(stream_, [&](auto& stream) { return asio::async_write(stream, buffer, with_error); });
    const auto [error, size] = co_await std::move(writing);
    if (error && deadline.expired()) co_return asio::error::timed_out;
    co_return error;
}

asio::awaitable<tl::expected<std::size_t, error_code>> MllpConnection::read_some(std::vector<char>& octets,
                                                                                 MonotonicTime end) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
    const ExchangeDeadline deadline(socket(), std::max(left, std::chrono::milliseconds(0)));
    const auto buffer = asio::buffer(octets);
    auto reading =
        with_stream(stream_, [&](auto& stream) { return stream.async_read_some(buffer, with_error); });
    const auto [error, size] = co_await std::move(reading);
    if (error && deadline.expired()) co_return tl::unexpected<error_code>(asio::error::timed_out);
    if (error) co_return tl::unexpected<error_code>(error);
    co_return size;
}

asio::awaitable<void> MllpConnection::read_end(std::vector<char>& octets, hl7::FrameDecoder& decoder) {
    constexpr std::chrono::milliseconds soon{200};
    const auto size = co_await read_some(octets, std::chrono::steady_clock::now() + soon);
    std::vector<std::string> unasked;
    if (!size || !decoder.feed({octets.data(), *size}, unasked) || decoder.end_pending() || !unasked.empty())
        close();
}

asio::awaitable<Result<std::string>> MllpConnection::read_answer(std::chrono::milliseconds patience,
                                                                 std::size_t max_answer) {
    constexpr std::size_t piece = 8192;
    const auto deadline = std::chrono::steady_clock::now() + patience;
    hl7::FrameDecoder decoder(max_answer);
    std::vector<char> octets(piece);
    std::vector<std::string> messages;
    while (messages.empty()) {
        const auto size = co_await read_some(octets, deadline);
        if (!size && size.error() == asio::error::timed_out) {
            close();
            co_return failure(ErrorKind::ambiguous, "no acknowledgement in time");
        }
        if (!size) co_return failure(lost(size.error()));
        if (!decoder.feed({octets.data(), *size}, messages) || decoder.skipped() > max_answer) {
            close();
            co_return failure(ErrorKind::ambiguous,
                              "receiver answered with something else than an acknowledgement");
        }
    }
    if (decoder.end_pending()) co_await read_end(octets, decoder);
    co_return std::move(messages.front());
}

asio::awaitable<Result<std::string>> MllpConnection::exchange(std::string_view framed,
                                                              std::chrono::milliseconds patience,
                                                              std::size_t max_answer) {
    if (const error_code error = co_await write(framed, patience)) co_return failure(lost(error));
    auto answer = co_await read_answer(patience, max_answer);
    last_use_ = std::chrono::steady_clock::now();
    if (answer) answered_ = true;
    co_return answer;
}

bool MllpConnection::reusable(std::chrono::milliseconds idle_timeout) {
    if (!socket().is_open() || std::chrono::steady_clock::now() - last_use_ > idle_timeout) return false;
    char octet = 0;
    const auto got = ::recv(socket().native_handle(), &octet, 1, MSG_PEEK | MSG_DONTWAIT);
    return got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
}

asio::awaitable<void> MllpConnection::finish() {
    if (auto* tls = std::get_if<Tls>(&stream_); tls != nullptr && socket().is_open()) {
        const ExchangeDeadline deadline(socket(), std::chrono::seconds(1));
        auto leaving = (*tls)->async_shutdown(with_error);
        co_await std::move(leaving);
    }
    close();
}

void MllpConnection::close() {
    error_code ignored;
    socket().close(ignored);  // NOLINT(bugprone-unused-return-value)
}

}  // namespace edgeward::transport
