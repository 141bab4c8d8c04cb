#include "relayed_connection.hpp"

#include <boost/asio/co_spawn.hpp>

#include <algorithm>
#include <array>
#include <exception>
#include <utility>

namespace edgeward::ingest {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;
using Clock = std::chrono::steady_clock;

constexpr std::size_t chunk_size = std::size_t{32} << 10U;
// How long a connection through the door may take to show its token.
constexpr std::chrono::milliseconds token_patience{2000};
constexpr std::uint8_t session_taken_over = 0x8E;

// A coroutine does not throw; should memory run out, the process ends and the broker still has every message.
void fail_loudly(const std::exception_ptr& failed) {
    if (failed) std::rethrow_exception(failed);
}

void shut(asio::ip::tcp::socket::lowest_layer_type& socket) {
    error_code ignored;
    socket.close(ignored);  // NOLINT(bugprone-unused-return-value)
}

ByteView view_of(const std::array<std::uint8_t, chunk_size>& chunk, std::size_t size) {
    return ByteView(chunk).first(size);
}

}  // namespace

RelayedConnection::RelayedConnection(std::unique_ptr<net::TlsStream> broker, asio::ip::tcp::acceptor door,
                                     AckGate::Settings gate, Timing timing, const Progress& progress)
    : broker_(std::move(broker)),
      door_(std::move(door)),
      client_(door_.get_executor()),
      gate_settings_(std::move(gate)),
      gate_(gate_settings_),
      timing_(timing),
      progress_(progress),
      to_broker_(door_.get_executor()),
      to_client_(door_.get_executor()),
      admission_(door_.get_executor()),
      tick_(door_.get_executor()) {}

void RelayedConnection::start(Observer observer) {
    observer_ = std::move(observer);
    spawn(&RelayedConnection::admit);
    // At once: with TLS 1.3 a broker says only now that it refuses our certificate, and writing to it would
    // lose that.
    spawn(&RelayedConnection::pump_broker);
    admission_.expires_after(timing_.patience);
    admission_.async_wait([self = shared_from_this()](const error_code& error) {
        if (error || self->state_.connected) return;
        self->finish("broker_silent",
                     {ErrorKind::unavailable, "the broker did not accept the session in time"});
    });
}

// Whoever comes without the token is shown out; nothing of theirs reaches the broker.
asio::awaitable<void> RelayedConnection::admit() {
    const auto self = shared_from_this();
    while (!state_.end && !co_await admit_one()) {
    }
    if (state_.end) co_return;
    gate_settings_.token.clear();
    error_code ignored;
    door_.close(ignored);                                        // NOLINT(bugprone-unused-return-value)
    client_.set_option(asio::ip::tcp::no_delay(true), ignored);  // NOLINT(bugprone-unused-return-value)
    start_pumps();
}

asio::awaitable<bool> RelayedConnection::admit_one() {
    error_code error;
    client_ = co_await door_.async_accept(asio::redirect_error(asio::use_awaitable, error));
    if (error) {
        finish("inner_hop", {ErrorKind::unavailable, "the relay's listener failed"});
        co_return false;
    }
    gate_ = AckGate(gate_settings_);
    tick_.expires_after(token_patience);
    tick_.async_wait([self = shared_from_this()](const error_code& cancelled) {
        if (!cancelled && !self->gate_.admitted()) shut(self->client_.lowest_layer());
    });
    std::array<std::uint8_t, chunk_size> chunk;
    while (!gate_.admitted()) {
        const std::size_t size = co_await client_.async_read_some(
            asio::buffer(chunk), asio::redirect_error(asio::use_awaitable, error));
        if (error || !gate_.from_client(view_of(chunk, size), progress(), to_broker_.pending(),
                                        to_client_.pending())) {
            shut(client_.lowest_layer());
            to_broker_.pending().clear();
            co_return false;
        }
    }
    tick_.cancel();
    co_return true;
}

void RelayedConnection::spawn(asio::awaitable<void> (RelayedConnection::*part)()) {
    asio::co_spawn(
        tick_.get_executor(), [self = shared_from_this(), part] { return ((*self).*part)(); }, fail_loudly);
}

void RelayedConnection::start_pumps() {
    last_ping_ = last_sign_ = Clock::now();
    spawn(&RelayedConnection::write_broker);
    spawn(&RelayedConnection::write_client);
    spawn(&RelayedConnection::pump_client);
    spawn(&RelayedConnection::keep_alive);
}

asio::awaitable<void> RelayedConnection::pump_broker() {
    std::array<std::uint8_t, chunk_size> chunk;
    while (!state_.end) {
        error_code error;
        const std::size_t size = co_await broker_->async_read_some(
            asio::buffer(chunk), asio::redirect_error(asio::use_awaitable, error));
        if (error) {
            const bool by_tls = net::tls_failure(*broker_, error).kind == ErrorKind::denied;
            finish(by_tls ? "tls" : "broker_closed", net::tls_failure(*broker_, error));
            co_return;
        }
        last_sign_ = Clock::now();
        auto passed = gate_.from_broker(view_of(chunk, size), to_client_.pending());
        if (!passed) {
            finish("protocol", std::move(passed).error());
            co_return;
        }
        to_client_.wake();
        if (!judge_broker()) co_return;
        publish();
        paused_ = true;
        co_await to_client_.drained();
        paused_ = false;
        last_sign_ = Clock::now();
    }
}

// False: what the broker said is the end.
bool RelayedConnection::judge_broker() {
    if (const auto& connack = gate_.connack(); connack && !state_.connected) {
        if (connack->reason != 0) {
            state_.refusal = connack->reason;
            finish("refused",
                   {ErrorKind::denied, "the broker refuses the session: " + reason_text(connack->reason)});
            return false;
        }
        state_.connected = true;
        state_.session_present = connack->session_present;
        admission_.cancel();
        if (connack->keepalive_seconds) timing_.keepalive = std::chrono::seconds(*connack->keepalive_seconds);
    }
    if (gate_.subscription_refusal() != 0) {
        finish("refused", {ErrorKind::denied, "the broker refuses the subscription: " +
                                                  reason_text(gate_.subscription_refusal())});
        return false;
    }
    if (const auto farewell = gate_.farewell()) {
        finish(*farewell == session_taken_over ? "taken_over" : "broker_closed",
               {ErrorKind::unavailable, "the broker ended the session: " + reason_text(*farewell)});
        return false;
    }
    return true;
}

asio::awaitable<void> RelayedConnection::pump_client() {
    std::array<std::uint8_t, chunk_size> chunk;
    while (!state_.end) {
        error_code error;
        const std::size_t size = co_await client_.async_read_some(
            asio::buffer(chunk), asio::redirect_error(asio::use_awaitable, error));
        if (error) {
            if (gate_.client_left()) co_await to_broker_.drained();
            const bool left = gate_.client_left();
            finish(left ? "stopped" : "inner_hop",
                   {ErrorKind::unavailable, "our own client closed the inner hop"});
            co_return;
        }
        auto passed =
            gate_.from_client(view_of(chunk, size), progress(), to_broker_.pending(), to_client_.pending());
        if (!passed) {
            finish("protocol", std::move(passed).error());
            co_return;
        }
        release();
        to_client_.wake();
    }
}

asio::awaitable<void> RelayedConnection::write_broker() {
    const error_code error = co_await to_broker_.run(*broker_);
    if (error) finish("broker_closed", net::tls_failure(*broker_, error));
}

asio::awaitable<void> RelayedConnection::write_client() {
    const error_code error = co_await to_client_.run(client_);
    if (error) finish("inner_hop", {ErrorKind::unavailable, "our own client closed the inner hop"});
}

// MQTT 5 §3.1.2.10: the broker closes after one and a half keep-alive intervals without a packet of ours. Our
// client cannot ping while its handler waits for room, so the gate does.
asio::awaitable<void> RelayedConnection::keep_alive() {
    while (!state_.end) {
        constexpr std::chrono::milliseconds shortest{50};
        tick_.expires_after(std::max(shortest, std::min(timing_.keepalive / 4, timing_.patience / 4)));
        error_code error;
        co_await tick_.async_wait(asio::redirect_error(asio::use_awaitable, error));
        if (state_.end) co_return;
        if (state_.connected && Clock::now() - last_ping_ >= timing_.keepalive / 2) {
            if (gate_.pings_unanswered() == 0) asked_ = Clock::now();
            gate_.ping(to_broker_.pending());
            to_broker_.wake();
            last_ping_ = Clock::now();
        }
        check_silence();
    }
}

void RelayedConnection::check_silence() {
    if (paused_ || gate_.pings_unanswered() == 0) return;
    if (Clock::now() - std::max(asked_, last_sign_) > timing_.patience) {
        finish("broker_silent", {ErrorKind::unavailable, "the broker does not answer a ping"});
    }
}

AckGate::Progress RelayedConnection::progress() const {
    return {progress_.taken.load(), progress_.answered.load(), progress_.sealed.load()};
}

void RelayedConnection::release() {
    if (state_.end) return;
    gate_.release(progress_.committed.load(), to_broker_.pending());
    to_broker_.wake();
    publish();
}

void RelayedConnection::close() {
    finish("stopped", {ErrorKind::unavailable, "closed by us"});
}

void RelayedConnection::finish(std::string cause, Error error) {
    if (state_.end) return;
    state_.end = ConnectionEnd{std::move(cause), std::move(error)};
    error_code ignored;
    door_.close(ignored);  // NOLINT(bugprone-unused-return-value)
    shut(client_.lowest_layer());
    shut(broker_->lowest_layer());
    admission_.cancel();
    tick_.cancel();
    to_broker_.close();
    to_client_.close();
    publish();
}

void RelayedConnection::publish() {
    state_.version = gate_.version();
    state_.parked = gate_.parked();
    state_.under_way = gate_.under_way();
    if (observer_) observer_(state_);
}

}  // namespace edgeward::ingest
