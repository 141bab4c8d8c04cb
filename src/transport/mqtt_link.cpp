#include <edgeward/transport/mqtt_link.hpp>

#include <array>
#include <atomic>
#include <deque>
#include <map>
#include <optional>
#include <utility>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <edgeward/core/log.hpp>
#include <edgeward/net/connect.hpp>

#include "mqtt_codec.hpp"

namespace edgeward::transport {
namespace {

namespace asio = boost::asio;
using std::chrono::steady_clock;

constexpr std::uint8_t no_matching_subscribers = 0x10;  // §3.4.2.1
constexpr std::uint8_t not_authorized = 0x87;
constexpr std::uint8_t quota_exceeded = 0x97;
constexpr std::size_t read_at_once = 4096;

Outcome refusal(ErrorKind kind, std::string message) {
    Refusal refused;
    refused.error = Error{kind, std::move(message)};
    refused.message_only = kind == ErrorKind::rejected;
    return tl::unexpected<Refusal>(std::move(refused));
}

Outcome outcome_of(std::uint8_t reason) {
    if (reason == no_matching_subscribers)
        return refusal(ErrorKind::unavailable, "nobody has subscribed to the topic");
    if (reason == not_authorized)
        return refusal(ErrorKind::misconfigured, "the broker's access list does not let us publish there");
    if (reason == quota_exceeded) return refusal(ErrorKind::unavailable, "the broker's quota is used up");
    if (reason >= 0x80)
        return refusal(ErrorKind::rejected, "the broker refuses it with reason " + std::to_string(reason));
    return {};
}

// Waits for one PUBACK.
struct Waiter {
    explicit Waiter(const asio::any_io_executor& executor) : timer(executor) {}
    asio::steady_timer timer;
    std::optional<std::uint8_t> reason;
};

// One connection; its coroutines own it together.
class Session : public std::enable_shared_from_this<Session> {
public:
    Session(std::unique_ptr<net::TlsStream> stream, asio::any_io_executor executor)
        : stream_(std::move(stream)), executor_(std::move(executor)) {}

    void write(std::string octets) {
        outgoing_.push_back(std::move(octets));
        if (!writing_) asio::co_spawn(executor_, write_all(shared_from_this()), asio::detached);
    }
    // The next packet; nothing when the connection has ended.
    asio::awaitable<std::optional<MqttPacket>> read() {
        std::array<char, read_at_once> buffer{};
        for (;;) {
            auto packet = reader_.next();
            if (!packet) co_return std::nullopt;
            if (*packet) co_return std::move(**packet);
            boost::system::error_code error;
            const auto size = co_await stream_->async_read_some(
                asio::buffer(buffer), asio::redirect_error(asio::use_awaitable, error));
            if (error) co_return std::nullopt;
            heard_ = steady_clock::now();
            reader_.add({buffer.data(), size});
        }
    }
    void end() {
        boost::system::error_code ignored;
        stream_->next_layer().shutdown(asio::ip::tcp::socket::shutdown_both, ignored);
        stream_->next_layer().close(ignored);
        for (auto& [id, waiter] : waiting_)
            waiter->timer.cancel();
        waiting_.clear();
    }
    std::uint16_t next_id() {
        do
            ++id_;
        while (id_ == 0 || waiting_.contains(id_));
        return id_;
    }

    std::map<std::uint16_t, std::shared_ptr<Waiter>> waiting_;  // shared: who waits outlives the session
    steady_clock::time_point heard_ = steady_clock::now();

private:
    static asio::awaitable<void> write_all(std::shared_ptr<Session> self) {
        self->writing_ = true;
        while (!self->outgoing_.empty()) {
            const std::string octets = std::move(self->outgoing_.front());
            self->outgoing_.pop_front();
            boost::system::error_code error;
            co_await asio::async_write(*self->stream_, asio::buffer(octets),
                                       asio::redirect_error(asio::use_awaitable, error));
            if (!error) continue;
            self->outgoing_.clear();
            self->end();
        }
        self->writing_ = false;
    }

    std::unique_ptr<net::TlsStream> stream_;
    asio::any_io_executor executor_;
    MqttReader reader_;
    std::deque<std::string> outgoing_;
    bool writing_ = false;
    std::uint16_t id_ = 0;
};

// What the link's coroutines share; they outlive the link for a moment.
struct Core : std::enable_shared_from_this<Core> {
    Core(MqttLinkSettings chosen, config::Credentials given, asio::any_io_executor where, Random& source)
        : settings(std::move(chosen)),
          credentials(std::move(given)),
          executor(std::move(where)),
          random(source),
          pause(executor),
          pulse(executor) {}

    static asio::awaitable<void> run(std::shared_ptr<Core> self);
    // One connection from its beginning to its end; gives why it ended.
    static asio::awaitable<std::string> converse(std::shared_ptr<Core> self, Backoff& backoff);
    static asio::awaitable<void> keep_alive(std::shared_ptr<Core> self, std::shared_ptr<Session> session);
    asio::awaitable<bool> greet(std::shared_ptr<Session> session);
    asio::awaitable<void> listen(std::shared_ptr<Session> session);
    bool take(const std::shared_ptr<Session>& session, const MqttPacket& packet);
    void hand_over(const std::shared_ptr<Session>& session, MqttMessage message);

    MqttLinkSettings settings;
    config::Credentials credentials;
    asio::any_io_executor executor;
    Random& random;
    MqttLink::Handler on_message;
    asio::steady_timer pause;  // between attempts to connect
    asio::steady_timer pulse;  // between pings
    asio::cancellation_signal connecting;
    std::shared_ptr<Session> session;  // shared with its coroutines; set while the broker has accepted us
    std::shared_ptr<Session> greeted;  // likewise; from connecting on
    log::Trouble trouble;
    bool closed = false;
};

asio::awaitable<bool> Core::greet(std::shared_ptr<Session> to) {
    to->write(mqtt_connect(settings.client_id, static_cast<std::uint16_t>(settings.keepalive.count()),
                           static_cast<std::uint32_t>(settings.session_expiry.count())));
    const auto packet = co_await to->read();
    if (!packet) co_return false;
    const auto reason = read_connack(*packet);
    if (!reason || *reason != 0) co_return false;
    for (const auto& filter : settings.subscriptions) {
        to->write(mqtt_subscribe(to->next_id(), filter));
        for (;;) {
            const auto answer = co_await to->read();
            if (!answer) co_return false;
            if (answer->type != MqttType::suback) {  // what has waited for us comes first
                if (!take(to, *answer)) co_return false;
                continue;
            }
            const auto read = read_suback(*answer);
            if (!read || read->reason >= 0x80) co_return false;
            break;
        }
    }
    co_return true;
}

asio::awaitable<void> Core::keep_alive(std::shared_ptr<Core> self, std::shared_ptr<Session> session) {
    const auto interval = std::chrono::duration_cast<std::chrono::milliseconds>(self->settings.keepalive) / 2;
    while (!self->closed && self->greeted == session) {
        self->pulse.expires_after(interval);
        boost::system::error_code error;
        co_await self->pulse.async_wait(asio::redirect_error(asio::use_awaitable, error));
        if (self->closed || self->greeted != session) co_return;
        if (steady_clock::now() - session->heard_ > interval + self->settings.patience) {
            session->end();
            co_return;
        }
        session->write(mqtt_pingreq());
    }
}

void Core::hand_over(const std::shared_ptr<Session>& from, MqttMessage message) {
    const std::uint16_t id = message.id;
    std::function<void()> done = [executor = executor, id, weak = std::weak_ptr<Session>(from)] {
        if (id == 0) return;
        asio::post(executor, [id, weak] {
            if (const auto still = weak.lock()) still->write(mqtt_puback(id));
        });
    };
    if (message.retained || !on_message) return done();
    on_message(std::move(message.topic), std::move(message.payload), std::move(done));
}

bool Core::take(const std::shared_ptr<Session>& from, const MqttPacket& packet) {
    if (packet.type == MqttType::puback) {
        const auto answer = read_puback(packet);
        if (!answer) return false;
        const auto waiter = from->waiting_.find(answer->id);
        if (waiter == from->waiting_.end()) return true;
        waiter->second->reason = answer->reason;
        waiter->second->timer.cancel();
        from->waiting_.erase(waiter);
        return true;
    }
    if (packet.type == MqttType::publish) {
        auto message = read_publish(packet);
        if (!message) return false;
        hand_over(from, *std::move(message));
        return true;
    }
    return packet.type == MqttType::pingresp || packet.type == MqttType::suback;
}

asio::awaitable<void> Core::listen(std::shared_ptr<Session> from) {
    for (;;) {
        const auto packet = co_await from->read();
        if (!packet || !take(from, *packet)) co_return;
    }
}

asio::awaitable<std::string> Core::converse(std::shared_ptr<Core> self, Backoff& backoff) {
    auto context = net::client_context(self->settings.tls, self->credentials);
    if (!context) co_return std::move(context.error().message);
    auto stream = co_await net::connect_tls(*context, self->settings.host, self->settings.port,
                                            self->settings.tls.server_name, self->settings.patience);
    if (!stream) co_return std::move(stream.error().message);
    if (self->closed) co_return std::string();
    const auto made = std::make_shared<Session>(std::move(*stream), self->executor);
    self->greeted = made;
    asio::co_spawn(self->executor, keep_alive(self, made), asio::detached);
    const bool welcome = co_await self->greet(made);
    if (welcome) {
        backoff.reset();
        self->trouble.clear("broker", self->settings.cargo + " reach the broker again");
        self->session = made;
        co_await self->listen(made);
    }
    self->session.reset();
    self->greeted.reset();
    made->end();
    self->pulse.cancel();
    if (!welcome) co_return std::string("the broker does not accept us");
    co_return std::string("the broker has ended the connection");
}

asio::awaitable<void> Core::run(std::shared_ptr<Core> self) {
    Backoff backoff(self->settings.retry);
    while (!self->closed) {
        const std::string why = co_await converse(self, backoff);
        if (self->closed) co_return;
        self->trouble.raise("broker", self->settings.cargo + " do not reach the broker", {{"reason", why}});
        self->pause.expires_after(backoff.next(self->random));
        boost::system::error_code error;
        co_await self->pause.async_wait(asio::redirect_error(asio::use_awaitable, error));
    }
}

class Link : public MqttLink {
public:
    explicit Link(std::shared_ptr<Core> core) : core_(std::move(core)) {}
    Link(const Link&) = delete;
    Link& operator=(const Link&) = delete;
    ~Link() override { close(); }

    void start(Handler on_message) override {
        core_->on_message = std::move(on_message);
        asio::co_spawn(core_->executor, Core::run(core_),
                       asio::bind_cancellation_slot(core_->connecting.slot(), asio::detached));
    }

    asio::awaitable<Outcome> publish(std::string topic, std::string payload) override {
        const auto session = core_->session;
        if (!session) co_return refusal(ErrorKind::unavailable, "not connected to the broker");
        const auto id = session->next_id();
        const auto waiter = std::make_shared<Waiter>(core_->executor);
        waiter->timer.expires_after(core_->settings.patience);
        session->waiting_.emplace(id, waiter);
        session->write(mqtt_publish(id, topic, payload));
        boost::system::error_code error;
        co_await waiter->timer.async_wait(asio::redirect_error(asio::use_awaitable, error));
        session->waiting_.erase(id);
        if (!waiter->reason)
            co_return refusal(ErrorKind::ambiguous, "the broker has not acknowledged the message");
        co_return outcome_of(*waiter->reason);
    }

    [[nodiscard]] bool connected() const override { return core_->session != nullptr; }

    void close() override {
        if (core_->closed) return;
        core_->closed = true;
        core_->on_message = {};
        core_->pause.cancel();
        core_->pulse.cancel();
        core_->connecting.emit(asio::cancellation_type::terminal);
        if (core_->greeted) core_->greeted->end();
    }

private:
    std::shared_ptr<Core> core_;  // shared with its coroutines
};

}  // namespace

Result<std::unique_ptr<MqttLink>> open_mqtt_link(MqttLinkSettings settings,
                                                 const config::Credentials& credentials,
                                                 const asio::any_io_executor& executor, Random& random) {
    auto context = net::client_context(settings.tls, credentials);
    if (!context) return failure(std::move(context.error()));
    return std::make_unique<Link>(std::make_shared<Core>(std::move(settings), credentials, executor, random));
}

}  // namespace edgeward::transport
