#include <edgeward/ingest/mllp_listener.hpp>

#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <pthread.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <atomic>
#include <exception>
#include <mutex>
#include <set>
#include <thread>
#include <utility>

#include <edgeward/core/log.hpp>
#include <edgeward/core/time.hpp>
#include <edgeward/hl7/ack_message.hpp>
#include <edgeward/hl7/mllp_frame.hpp>

#include "deadline.hpp"
#include "late_answer.hpp"

namespace edgeward::ingest {
namespace {

namespace asio = boost::asio;
namespace ssl = asio::ssl;
using asio::ip::tcp;
using boost::system::error_code;
using TlsSocket = ssl::stream<tcp::socket>;

constexpr auto as_result = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t chunk_size = std::size_t{16} << 10U;
// At shutdown, for answers on their way to a peer that does not read.
constexpr std::chrono::seconds stop_patience{2};
// For the rest of a message that is too long, after it was refused.
constexpr std::chrono::seconds drain_patience{1};

struct MllpMetrics {
    MllpMetrics(metrics::Registry& where, const MllpUse& use)
        : registry(where),
          ends("edgeward_" + use.table + "_disconnects_total"),
          ends_help("Connections of " + use.words + " that ended."),
          connections(
              where.gauge("edgeward_" + use.table + "_connections", "Connections of " + use.words + ".")) {
        connections.set(0);
    }
    void count_end(std::string_view reason) const {
        registry.counter(ends, ends_help, {{"reason", std::string(reason)}}).add();
    }
    metrics::Registry& registry;
    std::string ends;
    std::string ends_help;
    metrics::Gauge connections;
};

// Reasons a connection ended, for metric and log.
constexpr std::string_view by_peer = "closed_by_peer";
constexpr std::string_view too_many = "too_many";
constexpr std::string_view no_handshake = "tls";
constexpr std::string_view not_a_sender = "certificate_name";
constexpr std::string_view too_long = "message_too_long";
constexpr std::string_view idle = "idle";
constexpr std::string_view we_stop = "shutdown";

// Everything the coroutines touch; they are all on one thread, and outlive neither it nor this.
struct Listener : std::enable_shared_from_this<Listener> {
    Listener(MllpListenerSettings chosen, metrics::Registry& registry, MllpHandler answering)
        : settings(std::move(chosen)),
          metrics(registry, settings.use),
          handler(std::move(answering)),
          acceptor(io) {}

    MllpListenerSettings settings;
    MllpMetrics metrics;
    MllpHandler handler;
    log::Trouble trouble;
    bool open = true;                   // this thread's
    std::set<tcp::socket*> reading;     // sockets that wait for octets; this thread's
    std::atomic<std::size_t> count{0};  // connections
    std::mutex context_mutex;
    std::shared_ptr<ssl::context> context;  // shared with the connections that began under it
    asio::io_context io{1};                 // with what is left of the coroutines, which use all of the above
    tcp::acceptor acceptor;

    std::shared_ptr<ssl::context> current_context() {
        const std::lock_guard lock(context_mutex);
        return context;
    }
    void note(int more) {
        count += static_cast<std::size_t>(more);
        metrics.connections.set(static_cast<double>(count.load()));
    }
    void close() {
        open = false;
        error_code ignored;
        acceptor.close(ignored);  // NOLINT(bugprone-unused-return-value)
        for (auto* socket : reading)
            socket->cancel(ignored);  // NOLINT(bugprone-unused-return-value)
    }
};

// Counts a connection as long as it lives.
class Presence {
public:
    explicit Presence(Listener& listener) : listener_(listener) { listener_.note(1); }
    Presence(const Presence&) = delete;
    Presence& operator=(const Presence&) = delete;
    ~Presence() { listener_.note(-1); }

private:
    Listener& listener_;
};

// The sender whose name the peer's certificate carries; nothing: nobody's.
const MllpSender* sender_of(TlsSocket& stream, const std::vector<MllpSender>& senders) {
    const std::unique_ptr<X509, decltype(&X509_free)> certificate(
        SSL_get1_peer_certificate(stream.native_handle()), &X509_free);
    if (!certificate) return nullptr;
    for (const auto& sender : senders) {
        for (const auto& name : sender.certificate_names) {
            if (X509_check_host(certificate.get(), name.data(), name.size(), X509_CHECK_FLAG_NO_WILDCARDS,
                                nullptr) == 1)
                return &sender;
        }
    }
    return nullptr;
}

// The framed refusal of a message by what there is of its header; nothing when that is not one.
std::optional<std::string> too_long_answer(const MllpListenerSettings& settings, std::string_view head) {
    const auto header = hl7::read_header(head);
    if (!header) return std::nullopt;
    const hl7::MessageFault fault{
        102, {}, 0, 0, "expected at most " + std::to_string(settings.largest_message) + " octets"};
    const auto code = hl7::answer_code(*header, &fault);
    if (!code) return std::nullopt;
    const auto answer = hl7::write_acknowledgement(
        *header, *code, &fault, {"EW" + header->control_id.substr(0, 18), {system_clock().now(), 0}});
    const auto framed = hl7::frame_message(answer);
    return framed ? std::optional(*framed) : std::nullopt;
}

// Tells the sender that its message is too long, by what there is of its header.
template <typename Stream>
asio::awaitable<void> refuse_too_long(const MllpListenerSettings& settings, Stream& stream,
                                      Deadline& deadline, const std::string& head) {
    const auto refusal = too_long_answer(settings, head);
    if (!refusal) co_return;
    co_await asio::async_write(stream, asio::buffer(*refusal), as_result);
    // Closed with unread input, the connection would take the answer with it.
    deadline.in(drain_patience);
    std::string rest(chunk_size, '\0');
    for (bool open = true; open;) {
        const auto [ended, more] = co_await stream.async_read_some(asio::buffer(rest), as_result);
        open = !ended;
    }
}

// Hands each message over and writes its answer, one after the other; gives why the connection must end,
// nothing when it goes on.
template <typename Stream>
asio::awaitable<std::string_view> answer_all(Listener& listener, Stream& stream, std::string_view sender,
                                             const std::vector<std::string>& messages) {
    for (const auto& message : messages) {
        const auto due = std::make_shared<LateAnswer>(listener.weak_from_this(), listener.io);
        listener.handler(sender, message, due->reply());
        const auto answer = co_await due->wait();
        if (!answer) continue;
        const auto framed = hl7::frame_message(*answer);
        if (!framed) co_return too_long;
        const auto [broken, written] = co_await asio::async_write(stream, asio::buffer(*framed), as_result);
        if (broken) co_return by_peer;
    }
    co_return std::string_view();
}

// Reads frames and writes the answers until one side ends it; gives the reason.
template <typename Stream>
asio::awaitable<std::string_view> converse(Listener& listener, Stream& stream, tcp::socket& socket,
                                           Deadline& deadline, std::string_view sender) {
    hl7::FrameDecoder decoder(listener.settings.largest_message);
    std::string chunk(chunk_size, '\0');
    std::vector<std::string> messages;
    while (listener.open) {
        deadline.in(listener.settings.idle_timeout);
        listener.reading.insert(&socket);
        const auto [error, size] = co_await stream.async_read_some(asio::buffer(chunk), as_result);
        listener.reading.erase(&socket);
        if (error) {
            std::string_view reason = listener.open ? by_peer : we_stop;
            if (deadline.passed()) reason = idle;
            co_return reason;
        }
        deadline.none();
        messages.clear();
        const auto fed = decoder.feed(std::string_view(chunk).substr(0, size), messages);
        const auto ended = co_await answer_all(listener, stream, sender, messages);
        if (!ended.empty()) co_return ended;
        if (fed) continue;
        co_await refuse_too_long(listener.settings, stream, deadline, decoder.given_up());
        co_return too_long;
    }
    co_return we_stop;
}

void tell_end(Listener& listener, std::string_view reason, std::string_view sender) {
    listener.metrics.count_end(reason);
    if (reason == too_long) {
        listener.trouble.raise(reason,
                               "a message of " + listener.settings.use.words + " is longer than the limit",
                               {{"sender", std::string(sender)}});
    }
}

asio::awaitable<void> serve_tls(Listener& listener, tcp::socket accepted) {
    const Presence presence(listener);
    const MllpUse& use = listener.settings.use;
    const auto context = listener.current_context();
    TlsSocket stream(std::move(accepted), *context);
    tcp::socket& socket = stream.next_layer();
    Deadline deadline(socket);
    deadline.in(listener.settings.handshake_patience);
    const auto [error] = co_await stream.async_handshake(ssl::stream_base::server, as_result);
    deadline.none();
    if (error) {
        listener.metrics.count_end(no_handshake);
        listener.trouble.raise(no_handshake, "a TLS handshake at the port of " + use.words + " failed",
                               {{"reason", deadline.passed() ? "no answer in time" : error.message()}});
        co_return;
    }
    const auto* sender = sender_of(stream, listener.settings.senders);
    if (sender == nullptr) {
        listener.metrics.count_end(not_a_sender);
        listener.trouble.raise(not_a_sender,
                               "a certificate at the port of " + use.words + " names no configured sender");
        co_return;
    }
    listener.trouble.clear(no_handshake, "a TLS handshake at the port of " + use.words + " succeeded");
    log::info(use.words + " connected", {{"sender", sender->name}});
    const auto reason = co_await converse(listener, stream, socket, deadline, sender->name);
    tell_end(listener, reason, sender->name);
}

asio::awaitable<void> serve_plain(Listener& listener, tcp::socket socket) {
    const Presence presence(listener);
    Deadline deadline(socket);
    const auto& sender = listener.settings.senders.front().name;
    const auto reason = co_await converse(listener, socket, socket, deadline, sender);
    tell_end(listener, reason, sender);
}

void end_process_on(const std::exception_ptr& failed) {
    if (failed) std::rethrow_exception(failed);
}

// Out of descriptors is waited out; what the limit does not admit is closed at once.
asio::awaitable<void> accept_all(Listener& listener) {
    while (listener.open) {
        auto [error, socket] = co_await listener.acceptor.async_accept(as_result);
        if (!listener.open) co_return;
        if (error) {
            asio::steady_timer pause(listener.io, std::chrono::milliseconds(100));
            co_await pause.async_wait(as_result);
            continue;
        }
        if (listener.count >= listener.settings.max_connections) {
            listener.metrics.count_end(too_many);
            listener.trouble.raise(too_many,
                                   "too many connections at the port of " + listener.settings.use.words,
                                   {{"limit", listener.settings.max_connections}});
            continue;
        }
        auto served = listener.settings.plain ? serve_plain(listener, std::move(socket))
                                              : serve_tls(listener, std::move(socket));
        asio::co_spawn(listener.io, std::move(served), end_process_on);
    }
}

class AsioMllpListener final : public MllpListener {
public:
    AsioMllpListener(std::shared_ptr<Listener> listener, config::Credentials credentials, std::uint16_t port)
        : listener_(std::move(listener)), credentials_(std::move(credentials)), port_(port) {
        asio::co_spawn(listener_->io, accept_all(*listener_), end_process_on);
        thread_ = std::thread([this] {
            pthread_setname_np(pthread_self(), listener_->settings.use.thread.c_str());
            listener_->io.run();
        });
    }
    AsioMllpListener(const AsioMllpListener&) = delete;
    AsioMllpListener& operator=(const AsioMllpListener&) = delete;
    ~AsioMllpListener() override { end(); }

    Result<void> reload_certificates() override {
        if (listener_->settings.plain) return {};
        auto context = net::server_context(listener_->settings.tls, credentials_, true);
        if (!context)
            return failure(std::move(context.error())
                               .during("reload the certificates of " + listener_->settings.use.table));
        const std::lock_guard lock(listener_->context_mutex);
        listener_->context = std::move(*context);
        return {};
    }
    void stop() override { end(); }
    [[nodiscard]] std::uint16_t port() const override { return port_; }
    [[nodiscard]] std::size_t connections() const override { return listener_->count; }

private:
    void end() {
        if (!thread_.joinable()) return;
        asio::post(listener_->io, [this] {
            listener_->close();
            patience_.expires_after(stop_patience);
            patience_.async_wait([this](const error_code& error) {
                if (!error) listener_->io.stop();
            });
            watch();
        });
        thread_.join();
    }
    // The thread ends with the last connection.
    void watch() {
        if (listener_->count == 0) {
            patience_.cancel();
            return;
        }
        tick_.expires_after(std::chrono::milliseconds(10));
        tick_.async_wait([this](const error_code& error) {
            if (!error) watch();
        });
    }

    std::shared_ptr<Listener> listener_;  // shared with answers that are still to come
    asio::steady_timer patience_{listener_->io};
    asio::steady_timer tick_{listener_->io};
    config::Credentials credentials_;
    std::uint16_t port_;
    std::thread thread_;
};

Result<std::uint16_t> listen(Listener& listener) {
    error_code error;
    const auto address = asio::ip::make_address(listener.settings.address, error);
    if (error)
        return failure(ErrorKind::misconfigured, listener.settings.use.table + ".address is no IP address");
    const tcp::endpoint endpoint(address, listener.settings.port);
    auto& acceptor = listener.acceptor;
    acceptor.open(endpoint.protocol(), error);
    if (!error) acceptor.set_option(asio::socket_base::reuse_address(true), error);
    if (!error) acceptor.bind(endpoint, error);
    if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
    if (error)
        return failure(ErrorKind::misconfigured,
                       "open the port of " + listener.settings.use.words + ": " + error.message());
    return acceptor.local_endpoint(error).port();
}

}  // namespace

Result<std::unique_ptr<MllpListener>> start_mllp_listener(const MllpListenerSettings& settings,
                                                          const config::Credentials& credentials,
                                                          metrics::Registry& metrics, MllpHandler handler) {
    auto listener = std::make_shared<Listener>(settings, metrics, std::move(handler));
    if (!settings.plain) {
        auto context = net::server_context(settings.tls, credentials, true);
        if (!context) return failure(std::move(context.error()).during(settings.use.table));
        listener->context = std::move(*context);
    }
    const auto port = listen(*listener);
    if (!port) return failure(port.error());
    return std::make_unique<AsioMllpListener>(std::move(listener), credentials, *port);
}

}  // namespace edgeward::ingest
