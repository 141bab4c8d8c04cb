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
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <edgeward/core/secret.hpp>

#include "exchange_deadline.hpp"
#include "mllp_connection.hpp"

namespace edgeward::transport {

namespace {

namespace asio = boost::asio;
using boost::system::error_code;

constexpr auto with_error = asio::as_tuple(asio::use_awaitable);
// What is written at once when more has gathered.
constexpr std::size_t at_once = 65536;
// For the 0x0D behind an answer.
constexpr std::chrono::milliseconds soon{200};

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

MllpConnection::MllpConnection(std::variant<Tls, Plain> stream, Limits limits)
    : stream_(std::move(stream)),
      limits_(limits),
      last_use_(std::chrono::steady_clock::now()),
      decoder_(limits.max_answer),
      octets_{},
      clock_(socket().get_executor()) {}

MllpConnection::Plain& MllpConnection::socket() {
    if (auto* tls = std::get_if<Tls>(&stream_)) return (*tls)->next_layer();
    return std::get<Plain>(stream_);
}

asio::awaitable<Result<std::string>> MllpConnection::exchange(std::string_view framed) {
    Waiting mine{framed, false, std::nullopt,
                 asio::steady_timer(socket().get_executor(), asio::steady_timer::time_point::max())};
    waiting_.push_back(&mine);
    if (is_open())
        set_out();
    else
        fail({ErrorKind::ambiguous, "connection is closed"});
    if (!mine.answer) co_await mine.bell.async_wait(with_error);
    co_return std::move(*mine.answer);
}

// Both begin after what is ready to run has run: others may have something to send too.
void MllpConnection::set_out() {
    const auto executor = socket().get_executor();
    if (!std::exchange(writing_, true))
        asio::co_spawn(executor, write_all(), [self = shared_from_this()](const std::exception_ptr&) {});
    if (!std::exchange(reading_, true))
        asio::co_spawn(executor, read_all(), [self = shared_from_this()](const std::exception_ptr&) {});
}

std::string MllpConnection::gather() {
    std::size_t size = 0;
    std::size_t end = begun_;
    while (end < waiting_.size() && (end == begun_ || size + waiting_[end]->framed.size() <= at_once))
        size += waiting_[end++]->framed.size();
    std::string together;
    together.reserve(size);
    for (; begun_ < end; ++begun_) {
        waiting_[begun_]->begun = true;
        together.append(waiting_[begun_]->framed);
    }
    return together;
}

asio::awaitable<void> MllpConnection::write_all() {
    while (begun_ < waiting_.size()) {
        give_time(limits_.patience);
        std::string octets = gather();
        const auto buffer = asio::buffer(octets);
        auto writing =
            with_stream(stream_, [&](auto& stream) { return asio::async_write(stream, buffer, with_error); });
        const auto [error, size] = co_await std::move(writing);
        wipe(octets.data(), octets.size());
        if (error)
            fail(lost(error));
        else if (!unended_ && !waiting_.empty())
            give_time(limits_.patience);
    }
    writing_ = false;
}

asio::awaitable<void> MllpConnection::read_all() {
    while (!waiting_.empty()) {
        auto reading = with_stream(
            stream_, [&](auto& stream) { return stream.async_read_some(asio::buffer(octets_), with_error); });
        const auto [error, size] = co_await std::move(reading);
        if (error)
            fail(lost(error));
        else
            take({octets_.data(), size});
    }
    reading_ = false;
}

// Each message that is whole answers whoever is first in turn.
void MllpConnection::take(std::string_view octets) {
    std::vector<std::string> messages;
    const bool readable = decoder_.feed(octets, messages).has_value();
    tell_unended();
    for (auto& message : messages) {
        if (begun_ == 0) break;  // it answers nothing
        skipped_ = decoder_.skipped();
        if (&message == &messages.back() && waiting_.size() == 1 && decoder_.end_pending()) {
            unended_ = std::move(message);
            give_time(soon);
            return;
        }
        answer_first(std::move(message));
    }
    if (waiting_.empty()) {
        if (!readable || decoder_.inside_message()) close();  // it speaks out of turn
    } else if (!readable || decoder_.skipped() - skipped_ > limits_.max_answer) {
        fail({ErrorKind::ambiguous, "receiver answered with something else than an acknowledgement"});
    }
}

void MllpConnection::tell_unended() {
    if (!unended_) return;
    auto message = std::move(*unended_);
    unended_.reset();
    answer_first(std::move(message));
}

void MllpConnection::answer_first(std::string message) {
    Waiting& first = *waiting_.front();
    waiting_.pop_front();
    --begun_;
    answered_ = true;
    last_use_ = std::chrono::steady_clock::now();
    first.answer = std::move(message);
    first.bell.cancel();
    if (waiting_.empty())
        stop_clock();
    else
        give_time(limits_.patience);
}

void MllpConnection::fail(const Error& error) {
    tell_unended();
    close();
    for (auto* one : std::exchange(waiting_, {})) {
        if (one->begun)
            one->answer = failure(error);
        else
            one->answer = failure(ErrorKind::unavailable, "connection lost before the message was sent");
        one->bell.cancel();
    }
    begun_ = 0;
}

Error MllpConnection::lost(const error_code& error) const {
    if (!answered_ && refuses_our_certificate(error)) {
        return {ErrorKind::unavailable, "receiver refused our certificate: " + error.message()};
    }
    // The alert may be lost when the peer closes at once; then only the reset is seen.
    const bool maybe_refused = !answered_ && std::holds_alternative<Tls>(stream_);
    std::string text = "connection lost before the acknowledgement";
    if (maybe_refused) text += " (does the receiver accept our certificate?)";
    return {ErrorKind::ambiguous, text.append(": ").append(error.message())};
}

void MllpConnection::give_time(std::chrono::milliseconds patience) {
    due_ = std::chrono::steady_clock::now() + patience;
    // The clock looks at `due_` when it strikes: setting it anew for each message would cost more.
    if (!watched_ || clock_.expiry() > due_) watch();
}

void MllpConnection::watch() {
    watched_ = true;
    clock_.expires_at(due_);
    clock_.async_wait([connection = weak_from_this()](const error_code& error) {
        const auto self = connection.lock();
        if (error || !self) return;
        self->watched_ = false;
        self->run_out();
    });
}

void MllpConnection::stop_clock() {
    watched_ = false;
    clock_.cancel();
}

void MllpConnection::run_out() {
    if (waiting_.empty()) return;
    if (std::chrono::steady_clock::now() < due_) return watch();
    fail({ErrorKind::ambiguous, "no acknowledgement in time"});
}

bool MllpConnection::reusable(std::chrono::milliseconds idle_timeout) {
    if (!is_open()) return false;
    if (in_flight() > 0) return true;
    if (std::chrono::steady_clock::now() - last_use_ > idle_timeout) return false;
    char octet = 0;
    const auto got = ::recv(socket().native_handle(), &octet, 1, MSG_PEEK | MSG_DONTWAIT);
    return got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
}

asio::awaitable<void> MllpConnection::finish() {
    if (auto* tls = std::get_if<Tls>(&stream_); tls != nullptr && is_open()) {
        const ExchangeDeadline deadline(socket(), std::chrono::seconds(1));
        auto leaving = (*tls)->async_shutdown(with_error);
        co_await std::move(leaving);
    }
    close();
}

void MllpConnection::close() {
    stop_clock();
    error_code ignored;
    socket().close(ignored);  // NOLINT(bugprone-unused-return-value)
}

}  // namespace edgeward::transport
