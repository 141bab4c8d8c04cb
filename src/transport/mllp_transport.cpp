#include <edgeward/transport/mllp_transport.hpp>

#include <algorithm>
#include <deque>
#include <optional>
#include <utility>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <edgeward/core/secret.hpp>
#include <edgeward/hl7/ack.hpp>
#include <edgeward/hl7/mllp_frame.hpp>
#include <edgeward/transport/http_url.hpp>

#include "mllp_connection.hpp"
#include "rate_limit.hpp"

namespace edgeward::transport {

namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using Opened = Result<std::unique_ptr<MllpConnection>>;

tl::unexpected<Refusal> refusal(Error error, bool message_only = false) {
    return tl::unexpected<Refusal>(Refusal{std::move(error), message_only});
}

tl::unexpected<Refusal> refusal(ErrorKind kind, std::string message, bool message_only = false) {
    return refusal(Error{kind, std::move(message)}, message_only);
}

// Whatever keeps us from a verified connection may pass (certificates get renewed, credentials replaced):
// nothing is sent and the message waits. Only what no waiting mends stays misconfigured.
Error not_connected(Error error) {
    if (error.kind != ErrorKind::misconfigured) error.kind = ErrorKind::unavailable;
    return std::move(error).during("connect to receiver");
}

asio::awaitable<Opened> open_plain(std::string host, std::uint16_t port) {
    const auto executor = co_await asio::this_coro::executor;
    tcp::resolver resolver(executor);
    error_code error;
    const auto found = co_await resolver.async_resolve(host, std::to_string(port),
                                                       asio::redirect_error(asio::use_awaitable, error));
    if (error) co_return failure(ErrorKind::unavailable, error.message());
    tcp::socket socket(executor);
    co_await asio::async_connect(socket, found, asio::redirect_error(asio::use_awaitable, error));
    if (error) co_return failure(ErrorKind::unavailable, error.message());
    error_code ignored;
    socket.set_option(tcp::no_delay(true), ignored);  // NOLINT(bugprone-unused-return-value)
    co_return std::make_unique<MllpConnection>(std::move(socket));
}

asio::awaitable<Opened> open_tls(MllpSettings settings, std::shared_ptr<asio::ssl::context> context) {
    auto stream = co_await net::connect_tls(std::move(context), settings.host, settings.port,
                                            settings.tls.server_name, settings.connect_timeout);
    if (!stream) co_return failure(std::move(stream.error()));
    co_return std::make_unique<MllpConnection>(std::move(*stream));
}

// A connect under way. Shared with it, because it outlives the send that close() has ended: a name may be
// looked up for longer than anybody waits.
struct PendingConnect {
    explicit PendingConnect(const asio::any_io_executor& executor) : done(executor) {}
    void give_up() {
        abort.emit(asio::cancellation_type::terminal);
        done.cancel();
    }

    asio::steady_timer done;  // cancelled when the connect has ended or is given up
    asio::cancellation_signal abort;
    std::optional<Opened> result;
};

// Room for one connection and the send that uses it.
struct Slot {
    explicit Slot(const asio::any_io_executor& executor) : pause(executor) {}
    std::unique_ptr<MllpConnection> connection;
    std::shared_ptr<PendingConnect> pending;  // see PendingConnect
    asio::steady_timer pause;
    bool busy = false;
};

class Occupied {
public:
    explicit Occupied(Slot& slot) : slot_(slot) { slot_.busy = true; }
    Occupied(const Occupied&) = delete;
    Occupied& operator=(const Occupied&) = delete;
    ~Occupied() { slot_.busy = false; }

private:
    Slot& slot_;
};

// Overwrites what a message said of a person once it is sent.
class Wiped {
public:
    explicit Wiped(std::string& text) : text_(text) {}
    Wiped(const Wiped&) = delete;
    Wiped& operator=(const Wiped&) = delete;
    ~Wiped() { wipe(text_.data(), text_.size()); }

private:
    std::string& text_;
};

class MllpTransport final : public Transport {
public:
    MllpTransport(MllpSettings settings, config::Credentials credentials, asio::any_io_executor executor)
        : settings_(std::move(settings)),
          credentials_(std::move(credentials)),
          executor_(std::move(executor)),
          limit_(settings_.rate_limit) {
        for (std::size_t n = 0; n < settings_.connections; ++n)
            slots_.emplace_back(executor_);
    }

    asio::awaitable<Outcome> send(OutboundMessage message) override;
    [[nodiscard]] std::size_t concurrency() const override { return settings_.connections; }
    [[nodiscard]] std::size_t reports_per_message() const override { return 1; }
    void close() override;

private:
    Slot* free_slot();
    asio::awaitable<void> keep_rate(Slot& slot);
    asio::awaitable<Result<void>> connect(Slot& slot);
    asio::awaitable<Outcome> exchange(Slot& slot, std::string_view framed, std::string_view control_id);
    Result<asio::awaitable<Opened>> opening();

    MllpSettings settings_;
    config::Credentials credentials_;
    asio::any_io_executor executor_;
    RateLimit limit_;
    std::deque<Slot> slots_;
    bool closed_ = false;
};

// A slot with a connection, else any that is free.
Slot* MllpTransport::free_slot() {
    Slot* found = nullptr;
    for (Slot& slot : slots_) {
        if (slot.busy) continue;
        if (slot.connection) return &slot;
        if (found == nullptr) found = &slot;
    }
    return found;
}

asio::awaitable<void> MllpTransport::keep_rate(Slot& slot) {
    const auto wait = limit_.reserve(std::chrono::steady_clock::now());
    if (wait.count() == 0) co_return;
    slot.pause.expires_after(wait);
    error_code ignored;
    co_await slot.pause.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
}

// The credentials are read anew, so that renewed certificates serve from the next connect on.
Result<asio::awaitable<Opened>> MllpTransport::opening() {
    if (settings_.plaintext_loopback) return open_plain(settings_.host, settings_.port);
    auto context = net::client_context(settings_.tls, credentials_);
    if (!context) return failure(ErrorKind::unavailable, context.error().message);
    return open_tls(settings_, std::move(*context));
}

asio::awaitable<Result<void>> MllpTransport::connect(Slot& slot) {
    auto opening_now = opening();
    if (!opening_now) co_return failure(not_connected(std::move(opening_now.error())));
    slot.pending = std::make_shared<PendingConnect>(executor_);
    slot.pending->done.expires_after(settings_.connect_timeout + std::chrono::seconds(1));
    const auto pending = slot.pending;
    auto finished = [pending](const std::exception_ptr& thrown, Opened opened) {
        if (thrown) opened = failure(ErrorKind::unavailable, "connecting failed");
        pending->result = std::move(opened);
        pending->done.cancel();
    };
    asio::co_spawn(executor_, std::move(*opening_now),
                   asio::bind_cancellation_slot(pending->abort.slot(), std::move(finished)));
    error_code ignored;
    co_await pending->done.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    slot.pending.reset();
    if (!pending->result) pending->result = failure(ErrorKind::unavailable, "no answer in time");
    if (!*pending->result) co_return failure(not_connected(std::move(pending->result->error())));
    slot.connection = std::move(**pending->result);
    co_return Result<void>{};
}

asio::awaitable<Outcome> MllpTransport::exchange(Slot& slot, std::string_view framed,
                                                 std::string_view control_id) {
    const auto answer =
        co_await slot.connection->exchange(framed, settings_.response_timeout, settings_.max_message_size);
    if (!answer) {
        slot.connection.reset();
        co_return refusal(answer.error());
    }
    auto verdict = hl7::classify(hl7::parse_acknowledgement(*answer), control_id);
    if (!verdict.accepted && verdict.error.kind == ErrorKind::ambiguous) {
        slot.connection.reset();
    } else if (!settings_.keep_open) {
        co_await slot.connection->finish();
        slot.connection.reset();
    }
    if (verdict.accepted) co_return Outcome{};
    co_return refusal(std::move(verdict.error), verdict.message_only);
}

asio::awaitable<Outcome> MllpTransport::send(OutboundMessage message) {
    const Wiped body(message.body);
    if (message.body.size() > settings_.max_message_size) {
        co_return refusal(ErrorKind::rejected, "message is longer than max_message_size", true);
    }
    auto framed = hl7::frame_message(message.body);
    if (!framed) co_return refusal(ErrorKind::rejected, framed.error().message, true);
    const Wiped frame(*framed);
    Slot* slot = free_slot();
    if (slot == nullptr) co_return refusal(ErrorKind::unavailable, "all connections are in use");
    const Occupied occupied(*slot);
    co_await keep_rate(*slot);
    if (slot->connection && !slot->connection->reusable(settings_.idle_timeout)) slot->connection.reset();
    if (!closed_ && !slot->connection) {
        const auto connected = co_await connect(*slot);
        if (!connected && !closed_) co_return refusal(connected.error());
    }
    if (closed_) co_return refusal(ErrorKind::unavailable, "transport is closed");
    co_return co_await exchange(*slot, *framed, message.identifier);
}

void MllpTransport::close() {
    closed_ = true;
    for (Slot& slot : slots_) {
        slot.pause.cancel();
        if (const auto pending = slot.pending) pending->give_up();
        if (slot.connection) slot.connection->close();
    }
}

}  // namespace

Result<std::unique_ptr<Transport>> open_mllp_transport(const MllpSettings& settings,
                                                       const config::Credentials& credentials,
                                                       const asio::any_io_executor& executor) {
    if (settings.plaintext_loopback && !is_loopback(settings.host)) {
        return failure(ErrorKind::misconfigured, "plaintext_loopback is only for a receiver on this machine");
    }
    if (!settings.plaintext_loopback) {
        const auto context = net::client_context(settings.tls, credentials);
        if (!context) return failure(Error(context.error()).during("open MLLP transport"));
    }
    return std::make_unique<MllpTransport>(settings, credentials, executor);
}

}  // namespace edgeward::transport
