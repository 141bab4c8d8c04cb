#include <edgeward/transport/mllp_transport.hpp>

#include <algorithm>
#include <optional>
#include <set>
#include <utility>
#include <vector>

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
#include "pending_connect.hpp"
#include "rate_limit.hpp"

namespace edgeward::transport {

namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using Connect = PendingConnect<std::shared_ptr<MllpConnection>>;
using Opened = Connect::Opened;

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

MllpConnection::Limits limits_of(const MllpSettings& settings) {
    return {settings.response_timeout, settings.max_message_size};
}

asio::awaitable<Opened> open_plain(MllpSettings settings) {
    const auto executor = co_await asio::this_coro::executor;
    tcp::resolver resolver(executor);
    error_code error;
    const auto found = co_await resolver.async_resolve(settings.host, std::to_string(settings.port),
                                                       asio::redirect_error(asio::use_awaitable, error));
    if (error) co_return failure(ErrorKind::unavailable, error.message());
    tcp::socket socket(executor);
    co_await asio::async_connect(socket, found, asio::redirect_error(asio::use_awaitable, error));
    if (error) co_return failure(ErrorKind::unavailable, error.message());
    error_code ignored;
    socket.set_option(tcp::no_delay(true), ignored);  // NOLINT(bugprone-unused-return-value)
    co_return std::make_shared<MllpConnection>(std::move(socket), limits_of(settings));
}

asio::awaitable<Opened> open_tls(MllpSettings settings, std::shared_ptr<asio::ssl::context> context) {
    auto stream = co_await net::connect_tls(std::move(context), settings.host, settings.port,
                                            settings.tls.server_name, settings.connect_timeout);
    if (!stream) co_return failure(std::move(stream.error()));
    co_return std::make_shared<MllpConnection>(std::move(*stream), limits_of(settings));
}

// Room for one connection and the sends that use it.
struct Slot {
    std::shared_ptr<MllpConnection> connection;  // see MllpConnection
    std::shared_ptr<Connect> pending;            // see PendingConnect
    std::size_t sends = 0;
};

class Occupied {
public:
    explicit Occupied(Slot& slot) : slot_(slot) { ++slot_.sends; }
    Occupied(const Occupied&) = delete;
    Occupied& operator=(const Occupied&) = delete;
    ~Occupied() { --slot_.sends; }

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
          limit_(settings_.rate_limit),
          slots_(settings_.connections) {}

    asio::awaitable<Outcome> send(OutboundMessage message) override;
    [[nodiscard]] std::size_t concurrency() const override {
        return settings_.connections * settings_.in_flight;
    }
    [[nodiscard]] std::size_t reports_per_message() const override { return 1; }
    void close() override;

private:
    Slot* free_slot();
    asio::awaitable<void> keep_rate();
    asio::awaitable<Result<void>> connect(Slot& slot);
    asio::awaitable<Outcome> exchange(Slot& slot, std::string_view framed, std::string_view control_id);
    Result<asio::awaitable<Opened>> opening();

    MllpSettings settings_;
    config::Credentials credentials_;
    asio::any_io_executor executor_;
    RateLimit limit_;
    std::vector<Slot> slots_;
    std::set<asio::steady_timer*> pauses_;
    bool closed_ = false;
};

// The connection with the fewest messages in flight; a new one when that is one too many for it.
Slot* MllpTransport::free_slot() {
    const auto costs = [](const Slot& slot) { return std::pair(slot.sends, !slot.connection); };
    const auto found = std::ranges::min_element(slots_, {}, costs);
    return found->sends < settings_.in_flight ? &*found : nullptr;
}

asio::awaitable<void> MllpTransport::keep_rate() {
    const auto wait = limit_.reserve(std::chrono::steady_clock::now());
    if (wait.count() == 0) co_return;
    asio::steady_timer pause(executor_, wait);
    const auto place = pauses_.insert(&pause).first;
    error_code ignored;
    co_await pause.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    pauses_.erase(place);
}

// The credentials are read anew, so that renewed certificates serve from the next connect on.
Result<asio::awaitable<Opened>> MllpTransport::opening() {
    if (settings_.plaintext_loopback) return open_plain(settings_);
    auto context = net::client_context(settings_.tls, credentials_);
    if (!context) return failure(ErrorKind::unavailable, context.error().message);
    return open_tls(settings_, std::move(*context));
}

// One connects, the others wait for the same; whoever comes back first takes it into use.
asio::awaitable<Result<void>> MllpTransport::connect(Slot& slot) {
    if (!slot.pending) {
        auto opening_now = opening();
        if (!opening_now) co_return failure(not_connected(std::move(opening_now.error())));
        const auto until =
            std::chrono::steady_clock::now() + settings_.connect_timeout + std::chrono::seconds(1);
        slot.pending = Connect::begin(executor_, std::move(*opening_now), until);
    }
    const auto pending = slot.pending;
    const Opened* const opened = co_await pending->wait();
    const bool first = slot.pending == pending;
    if (first) slot.pending.reset();
    if (!*opened) co_return failure(not_connected(opened->error()));
    if (first) slot.connection = **opened;
    co_return Result<void>{};
}

asio::awaitable<Outcome> MllpTransport::exchange(Slot& slot, std::string_view framed,
                                                 std::string_view control_id) {
    // Not kept alive from here: what waits for an answer would keep itself.
    const std::weak_ptr<MllpConnection> used = slot.connection;
    const auto answer = co_await slot.connection->exchange(framed);
    auto verdict = answer ? hl7::classify(hl7::parse_acknowledgement(*answer), control_id) : hl7::Verdict();
    const bool broken = !answer || (!verdict.accepted && verdict.error.kind == ErrorKind::ambiguous);
    const auto connection = used.lock();
    if (connection && !broken && !settings_.keep_open) co_await connection->finish();
    if (broken || !settings_.keep_open) {
        if (connection) connection->close();
        if (slot.connection == connection) slot.connection.reset();
    }
    if (!answer) co_return refusal(answer.error());
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
    co_await keep_rate();
    if (slot->connection && !slot->connection->reusable(settings_.idle_timeout)) slot->connection.reset();
    if (!closed_ && !slot->connection) {
        const auto connected = co_await connect(*slot);
        if (!connected && !closed_) co_return refusal(connected.error());
        if (!slot->connection)
            co_return refusal(ErrorKind::unavailable, "connection lost before the message was sent");
    }
    if (closed_) co_return refusal(ErrorKind::unavailable, "transport is closed");
    co_return co_await exchange(*slot, *framed, message.identifier);
}

void MllpTransport::close() {
    closed_ = true;
    for (auto* pause : pauses_)
        pause->cancel();
    for (Slot& slot : slots_) {
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
