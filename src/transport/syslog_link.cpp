#include <edgeward/transport/syslog_link.hpp>

#include <array>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <edgeward/net/connect.hpp>

#include "exchange_deadline.hpp"

namespace edgeward::transport {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;

constexpr auto with_error = asio::as_tuple(asio::use_awaitable);

}  // namespace

struct SyslogLink::State {
    explicit State(std::unique_ptr<net::TlsStream> opened)
        : stream(std::move(opened)),
          unwatched(stream->get_executor(), asio::steady_timer::time_point::max()) {}

    std::unique_ptr<net::TlsStream> stream;
    asio::cancellation_signal stop_watching;
    asio::steady_timer unwatched;  // cancelled when nobody reads any more
    bool watched = true;
    bool ended = false;

    // Reads until the collector closes: it has nothing to say but the records of TLS itself.
    static asio::awaitable<void> watch(std::shared_ptr<State> state) {
        std::array<char, 256> octets{};
        error_code error;
        while (!error) {
            auto reading = state->stream->async_read_some(asio::buffer(octets), with_error);
            const auto [failed, size] = co_await std::move(reading);
            error = failed;
        }
        state->ended = error != asio::error::operation_aborted;
        state->watched = false;
        state->unwatched.cancel();
    }
};

std::string syslog_frame(std::string_view message) {
    return std::to_string(message.size()).append(" ").append(message);
}

SyslogLink::SyslogLink(std::shared_ptr<State> state, std::chrono::milliseconds patience)
    : state_(std::move(state)), patience_(patience) {}

SyslogLink::~SyslogLink() {
    close();
}

asio::awaitable<Result<std::unique_ptr<SyslogLink>>> SyslogLink::open(SyslogEndpoint endpoint,
                                                                      config::Credentials credentials) {
    auto context = net::client_context(endpoint.tls, credentials);
    if (!context) co_return failure(std::move(context.error()));
    auto connecting =
        net::connect_tls(*context, endpoint.host, endpoint.port, endpoint.tls.server_name, endpoint.patience);
    auto stream = co_await std::move(connecting);
    if (!stream) co_return failure(std::move(stream.error()));
    const auto state = std::make_shared<State>(std::move(*stream));
    const auto executor = co_await asio::this_coro::executor;
    auto watching = State::watch(state);
    asio::co_spawn(executor, std::move(watching),
                   asio::bind_cancellation_slot(state->stop_watching.slot(), asio::detached));
    co_return std::unique_ptr<SyslogLink>(new SyslogLink(state, endpoint.patience));
}

bool SyslogLink::ended() const {
    return state_->ended || !state_->stream->lowest_layer().is_open();
}

void SyslogLink::close() {
    error_code ignored;
    state_->stream->lowest_layer().close(ignored);  // NOLINT(bugprone-unused-return-value)
}

asio::awaitable<Result<void>> SyslogLink::write(std::string frames) {
    const auto state = state_;
    const ExchangeDeadline deadline(state->stream->next_layer(), patience_);
    auto writing = asio::async_write(*state->stream, asio::buffer(frames), with_error);
    const auto [error, size] = co_await std::move(writing);
    if (error) {
        auto reason = failure(ErrorKind::unavailable, deadline.expired()
                                                          ? "the collector takes nothing"
                                                          : "the connection broke off: " + error.message());
        co_return reason;
    }
    co_return Result<void>();
}

asio::awaitable<Result<void>> SyslogLink::finish() {
    const auto state = state_;
    state->stop_watching.emit(asio::cancellation_type::terminal);
    while (state->watched) {
        auto waiting = state->unwatched.async_wait(with_error);
        co_await std::move(waiting);
    }
    if (ended()) co_return failure(ErrorKind::unavailable, "the collector has closed the connection");
    const ExchangeDeadline deadline(state->stream->next_layer(), patience_);
    auto ending = state->stream->async_shutdown(with_error);
    const auto [error] = co_await std::move(ending);
    // A collector that closes without a farewell of its own has read ours all the same.
    const bool closed = !error || error == asio::error::eof || error == asio::ssl::error::stream_truncated;
    close();
    if (closed && !deadline.expired()) co_return Result<void>();
    auto reason =
        failure(ErrorKind::unavailable, deadline.expired() ? "the collector does not close the connection"
                                                           : "the connection broke off: " + error.message());
    co_return reason;
}

}  // namespace edgeward::transport
