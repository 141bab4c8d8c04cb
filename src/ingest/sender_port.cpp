#include "sender_port.hpp"

#include <pthread.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <optional>
#include <utility>

#include "peer_name.hpp"

namespace edgeward::ingest {
namespace {

namespace asio = boost::asio;
namespace ssl = asio::ssl;
using asio::ip::tcp;
using boost::system::error_code;

constexpr auto as_result = asio::as_tuple(asio::use_awaitable);
// At shutdown, for answers on their way to a peer that does not read.
constexpr std::chrono::seconds stop_patience{2};

// Reasons a connection ended before there was a conversation, for metric and log.
constexpr std::string_view too_many = "too_many";
constexpr std::string_view no_handshake = "tls";
constexpr std::string_view not_a_sender = "certificate_name";

}  // namespace

// Everything the coroutines touch; they are all on one thread, and outlive neither it nor this.
struct OpenPort : std::enable_shared_from_this<OpenPort> {
    OpenPort(SenderPortSettings chosen, metrics::Registry& where, Conversation with)
        : settings(std::move(chosen)),
          registry(where),
          present(
              where.gauge("edgeward_" + settings.table + '_' + settings.counted, settings.count_help + '.')),
          converse(std::move(with)),
          acceptor(io) {
        present.set(0);
    }

    const SenderPortSettings settings;
    metrics::Registry& registry;
    const metrics::Gauge present;
    const Conversation converse;
    log::Trouble trouble;
    bool open = true;                   // this thread's
    std::set<tcp::socket*> reading;     // this thread's
    std::atomic<std::size_t> count{0};  // connections
    std::mutex context_mutex;
    std::shared_ptr<ssl::context> context;  // shared with the connections that began under it
    asio::io_context io{1};                 // with what is left of the coroutines, which use all of the above
    tcp::acceptor acceptor;

    Result<void> load_context(const config::Credentials& credentials) {
        if (settings.plain) return {};
        auto loaded = net::server_context(settings.tls, credentials, true);
        if (!loaded) return failure(std::move(loaded.error()));
        const std::lock_guard lock(context_mutex);
        context = std::move(*loaded);
        return {};
    }
    std::shared_ptr<ssl::context> current_context() {
        const std::lock_guard lock(context_mutex);
        return context;
    }
    PortScene scene() { return {io, weak_from_this(), open, reading, trouble}; }
    // Whose name the peer's certificate carries; nothing: nobody's.
    std::optional<std::size_t> sender_of(TlsSocket& stream) const {
        const auto found = std::ranges::find_if(settings.senders, [&](const MllpSender& sender) {
            return peer_is_named(stream.native_handle(), sender.certificate_names);
        });
        if (found == settings.senders.end()) return std::nullopt;
        return static_cast<std::size_t>(found - settings.senders.begin());
    }
    void note(int more) {
        count += static_cast<std::size_t>(more);
        present.set(static_cast<double>(count.load()));
    }
    void count_end(std::string_view reason) {
        registry
            .counter("edgeward_" + settings.table + "_disconnects_total",
                     settings.count_help + " that ended.", {{"reason", std::string(reason)}})
            .add();
    }
    void close() {
        open = false;
        error_code ignored;
        acceptor.close(ignored);  // NOLINT(bugprone-unused-return-value)
        for (auto* socket : reading)
            socket->cancel(ignored);  // NOLINT(bugprone-unused-return-value)
    }
};

namespace {

// Counts a connection as long as it lives.
class Presence {
public:
    explicit Presence(OpenPort& port) : port_(port) { port_.note(1); }
    Presence(const Presence&) = delete;
    Presence& operator=(const Presence&) = delete;
    ~Presence() { port_.note(-1); }

private:
    OpenPort& port_;
};

asio::awaitable<void> serve_tls(OpenPort& port, tcp::socket accepted) {
    const Presence presence(port);
    const std::string& words = port.settings.words;
    const auto context = port.current_context();
    TlsSocket stream(std::move(accepted), *context);
    Deadline deadline(stream.next_layer());
    deadline.in(port.settings.handshake_patience);
    const auto [error] = co_await stream.async_handshake(ssl::stream_base::server, as_result);
    deadline.none();
    if (error) {
        port.count_end(no_handshake);
        port.trouble.raise(no_handshake, "a TLS handshake at " + words + " failed",
                           {{"reason", deadline.passed() ? "no answer in time" : error.message()}});
        co_return;
    }
    const auto sender = port.sender_of(stream);
    if (!sender) {
        port.count_end(not_a_sender);
        port.trouble.raise(not_a_sender, "a certificate at " + words + " names no configured sender");
        co_return;
    }
    port.trouble.clear(no_handshake, "a TLS handshake at " + words + " succeeded");
    const SenderConnection connection{port.scene(), stream.next_layer(), &stream, deadline, *sender};
    const auto reason = co_await port.converse(connection);
    port.count_end(reason);
}

asio::awaitable<void> serve_plain(OpenPort& port, tcp::socket socket) {
    const Presence presence(port);
    Deadline deadline(socket);
    const SenderConnection connection{port.scene(), socket, nullptr, deadline, 0};
    const auto reason = co_await port.converse(connection);
    port.count_end(reason);
}

void end_process_on(const std::exception_ptr& failed) {
    if (failed) std::rethrow_exception(failed);
}

// Out of descriptors is waited out; what the limit does not admit is closed at once.
asio::awaitable<void> accept_all(OpenPort& port) {
    while (port.open) {
        auto [error, socket] = co_await port.acceptor.async_accept(as_result);
        if (!port.open) co_return;
        if (error) {
            asio::steady_timer pause(port.io, std::chrono::milliseconds(100));
            co_await pause.async_wait(as_result);
            continue;
        }
        if (port.count >= port.settings.most) {
            port.count_end(too_many);
            port.trouble.raise(too_many, "too many connections at " + port.settings.words,
                               {{"limit", port.settings.most}});
            continue;
        }
        auto served =
            port.settings.plain ? serve_plain(port, std::move(socket)) : serve_tls(port, std::move(socket));
        asio::co_spawn(port.io, std::move(served), end_process_on);
    }
}

Result<std::uint16_t> listen(OpenPort& port) {
    error_code error;
    const auto address = asio::ip::make_address(port.settings.address, error);
    if (error) return failure(ErrorKind::misconfigured, port.settings.table + ".address is no IP address");
    const tcp::endpoint endpoint(address, port.settings.port);
    auto& acceptor = port.acceptor;
    acceptor.open(endpoint.protocol(), error);
    if (!error) acceptor.set_option(asio::socket_base::reuse_address(true), error);
    if (!error) acceptor.bind(endpoint, error);
    if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
    if (error)
        return failure(ErrorKind::misconfigured, "open " + port.settings.words + ": " + error.message());
    return acceptor.local_endpoint(error).port();
}

}  // namespace

Result<std::unique_ptr<SenderPort>> SenderPort::start(SenderPortSettings settings,
                                                      const config::Credentials& credentials,
                                                      metrics::Registry& metrics, Conversation converse) {
    auto port = std::make_shared<OpenPort>(std::move(settings), metrics, std::move(converse));
    if (auto loaded = port->load_context(credentials); !loaded)
        return failure(std::move(loaded.error()).during(port->settings.table));
    const auto number = listen(*port);
    if (!number) return failure(number.error());
    return std::unique_ptr<SenderPort>(new SenderPort(std::move(port), credentials, *number));
}

SenderPort::SenderPort(std::shared_ptr<OpenPort> port, config::Credentials credentials, std::uint16_t number)
    : port_(std::move(port)),
      patience_(port_->io),
      tick_(port_->io),
      credentials_(std::move(credentials)),
      number_(number) {
    asio::co_spawn(port_->io, accept_all(*port_), end_process_on);
    thread_ = std::thread([this] {
        pthread_setname_np(pthread_self(), port_->settings.thread.c_str());
        port_->io.run();
    });
}

SenderPort::~SenderPort() {
    stop();
}

Result<void> SenderPort::reload_certificates() {
    auto loaded = port_->load_context(credentials_);
    if (!loaded)
        return failure(
            std::move(loaded.error()).during("reload the certificates of " + port_->settings.table));
    return {};
}

std::size_t SenderPort::connections() const noexcept {
    return port_->count;
}

void SenderPort::stop() {
    if (!thread_.joinable()) return;
    asio::post(port_->io, [this] {
        port_->close();
        patience_.expires_after(stop_patience);
        patience_.async_wait([this](const error_code& error) {
            if (!error) port_->io.stop();
        });
        watch();
    });
    thread_.join();
}

// The thread ends with the last connection.
void SenderPort::watch() {
    if (port_->count == 0) {
        patience_.cancel();
        return;
    }
    tick_.expires_after(std::chrono::milliseconds(10));
    tick_.async_wait([this](const error_code& error) {
        if (!error) watch();
    });
}

}  // namespace edgeward::ingest
