#include <edgeward/admin/page.hpp>

#include <edgeward/core/log.hpp>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <exception>
#include <mutex>
#include <optional>

#include "connections.hpp"
#include "control_socket.hpp"
#include "http_session.hpp"

namespace edgeward::admin {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

constexpr auto as_result = asio::as_tuple(asio::use_awaitable);

// Everything the coroutines touch. Shared with them, because they end on the executor some time after stop().
struct Listeners : std::enable_shared_from_this<Listeners> {
    Listeners(const asio::any_io_executor& executor, AdminSettings wanted)
        : strand(asio::make_strand(executor)), settings(std::move(wanted)) {}

    asio::any_io_executor strand;
    AdminSettings settings;
    std::shared_ptr<Dispatcher> dispatcher;  // shared with the sessions
    std::shared_ptr<const Pages> pages;      // likewise
    ControlPeers peers;
    std::optional<LocalAcceptor> control;
    std::optional<tcp::acceptor> https;
    bool open = true;  // strand only, like the two below
    Connections control_connections;
    Connections https_connections;
    std::mutex context_mutex;
    std::shared_ptr<asio::ssl::context> context;  // shared with the sessions that began under it

    [[nodiscard]] std::shared_ptr<asio::ssl::context> current_context() {
        const std::lock_guard lock(context_mutex);
        return context;
    }

    void close() {
        open = false;
        error_code ignored;
        if (control) control->close(ignored);
        if (https) https->close(ignored);
        control_connections.close_all();
        https_connections.close_all();
    }
};

using Shared = std::shared_ptr<Listeners>;

Conversation session_of(const Listeners& listeners) {
    Conversation session;
    session.dispatcher = listeners.dispatcher;
    session.pages = listeners.pages;
    session.request_timeout = listeners.settings.request_timeout;
    session.refusals = listeners.settings.refusals;
    return session;
}

// Where the peer is; empty when it has gone.
std::string address_of(const tcp::socket& socket) {
    error_code error;
    const auto peer = socket.remote_endpoint(error);
    return error ? std::string() : peer.address().to_string();
}

asio::awaitable<void> converse(Shared listeners, tcp::socket socket) {
    const auto context = listeners->current_context();
    std::string address = address_of(socket);
    TlsServerStream stream(std::move(socket), *context);
    const Connections::Entry entry(listeners->https_connections,
                                   [&stream] { boost::beast::get_lowest_layer(stream).close(); });
    Conversation session = session_of(*listeners);
    session.address = std::move(address);
    if (listeners->settings.api) {
        session.entrance = Entrance::api;
        session.max_body = max_control_body;
    }
    co_await serve_https(stream, std::move(session));
}

asio::awaitable<void> converse(Shared listeners, LocalSocket socket) {
    const auto peer = peer_credentials(socket);
    PlainStream stream(std::move(socket));
    const Connections::Entry entry(listeners->control_connections, [&stream] { stream.close(); });
    if (!peer || !admits(listeners->peers, *peer)) {
        log::warning("a user without permission called the control socket",
                     {{"uid", peer ? peer->user : 0U}});
        co_await turn_away(stream, listeners->settings.request_timeout);
        co_return;
    }
    Conversation session = session_of(*listeners);
    session.max_body = max_control_body;
    session.entrance = Entrance::control_socket;
    session.peer_uid = peer->user;
    session.peer_groups = peer->further_groups;
    session.peer_groups.push_back(peer->group);
    co_await serve_control(stream, std::move(session));
}

// Accepts until closed. Out of descriptors or memory is waited out; what the limit does not admit is closed
// at once.
template <typename Acceptor>
asio::awaitable<void> accept_loop(Shared listeners, Acceptor& acceptor, const Connections& connections) {
    while (listeners->open) {
        auto [error, socket] = co_await acceptor.async_accept(as_result);
        if (!listeners->open) co_return;
        if (error) {
            asio::steady_timer pause(listeners->strand, std::chrono::milliseconds(100));
            co_await pause.async_wait(as_result);
            continue;
        }
        if (connections.count() >= listeners->settings.max_connections) continue;
        auto conversation = converse(listeners, std::move(socket));
        asio::co_spawn(listeners->strand, std::move(conversation), asio::detached);
    }
}

Result<std::shared_ptr<asio::ssl::context>> context_of(const AdminSettings& settings,
                                                       const config::Credentials& credentials) {
    return settings.any_client_certificate
               ? net::server_context_for_strangers(settings.tls, credentials)
               : net::server_context(settings.tls, credentials, settings.require_client_certificate);
}

class BeastAdminServer final : public AdminServer {
public:
    BeastAdminServer(Shared listeners, config::Credentials credentials, std::uint16_t port)
        : listeners_(std::move(listeners)), credentials_(std::move(credentials)), port_(port) {}
    BeastAdminServer(const BeastAdminServer&) = delete;
    BeastAdminServer& operator=(const BeastAdminServer&) = delete;
    ~BeastAdminServer() override { shut_down(); }

    [[nodiscard]] std::uint16_t port() const override { return port_; }

    Result<void> reload_certificates() override {
        const AdminSettings& settings = listeners_->settings;
        if (!settings.https) return {};
        auto context = context_of(settings, credentials_);
        if (!context) return failure(std::move(context.error()).during("reload the admin certificates"));
        const std::lock_guard lock(listeners_->context_mutex);
        listeners_->context = std::move(*context);
        return {};
    }

    void stop() override { shut_down(); }

private:
    void shut_down() {
        if (stopped_) return;
        stopped_ = true;
        asio::post(listeners_->strand, [listeners = listeners_] { listeners->close(); });
        std::error_code ignored;
        if (listeners_->control) std::filesystem::remove(listeners_->settings.socket, ignored);
        listeners_->dispatcher->stop();
    }

    Shared listeners_;
    config::Credentials credentials_;
    std::uint16_t port_;
    bool stopped_ = false;
};

Error https_error(const error_code& error) {
    return Error{ErrorKind::misconfigured, "open the admin HTTPS port: " + error.message()};
}

Result<tcp::acceptor> listen_https(const asio::any_io_executor& executor, const AdminSettings& settings) {
    error_code error;
    const auto address = asio::ip::make_address(settings.address, error);
    if (error) return failure(ErrorKind::misconfigured, "admin.address is no IP address");
    const tcp::endpoint endpoint(address, settings.port);
    tcp::acceptor acceptor(executor);
    acceptor.open(endpoint.protocol(), error);
    if (!error) acceptor.set_option(asio::socket_base::reuse_address(true), error);
    if (!error) acceptor.bind(endpoint, error);
    if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
    if (error) return failure(https_error(error));
    return acceptor;
}

Result<void> open_https(Listeners& listeners, const config::Credentials& credentials) {
    const AdminSettings& settings = listeners.settings;
    if (!settings.https) return {};
    auto context = context_of(settings, credentials);
    if (!context) return failure(std::move(context.error()).during("admin HTTPS"));
    listeners.context = std::move(*context);
    auto acceptor = listen_https(listeners.strand, settings);
    if (!acceptor) return failure(std::move(acceptor.error()));
    listeners.https.emplace(std::move(*acceptor));
    return {};
}

Result<void> open_control(Listeners& listeners) {
    if (listeners.settings.socket.empty()) return {};
    auto peers = control_peers(listeners.settings.socket_group);
    if (!peers) return failure(std::move(peers.error()));
    listeners.peers = *peers;
    auto acceptor = listen_control(listeners.strand, listeners.settings.socket, *peers);
    if (!acceptor) return failure(std::move(acceptor.error()));
    listeners.control.emplace(std::move(*acceptor));
    return {};
}

// A listener that ended by itself would leave the gateway blind; the process ends instead and systemd
// restarts it.
void end_process_on(const std::exception_ptr& failed) {
    if (failed) std::rethrow_exception(failed);
}

void serve(const Shared& listeners) {
    if (listeners->control) {
        auto control = accept_loop(listeners, *listeners->control, listeners->control_connections);
        asio::co_spawn(listeners->strand, std::move(control), end_process_on);
    }
    if (!listeners->https) return;
    auto https = accept_loop(listeners, *listeners->https, listeners->https_connections);
    asio::co_spawn(listeners->strand, std::move(https), end_process_on);
}

}  // namespace

Result<std::unique_ptr<AdminServer>> start_admin_server(const AdminSettings& settings,
                                                        const config::Credentials& credentials,
                                                        const asio::any_io_executor& executor,
                                                        Routes routes) {
    return start_admin_server(settings, credentials, executor, std::move(routes), Pages());
}

Result<std::unique_ptr<AdminServer>> start_admin_server(const AdminSettings& settings,
                                                        const config::Credentials& credentials,
                                                        const asio::any_io_executor& executor, Routes routes,
                                                        Pages pages) {
    auto router = Router::make(std::move(routes));
    if (!router) return failure(std::move(router.error()));
    const auto listeners = std::make_shared<Listeners>(executor, settings);
    if (auto opened = open_https(*listeners, credentials); !opened) return failure(std::move(opened.error()));
    if (auto opened = open_control(*listeners); !opened) return failure(std::move(opened.error()));
    listeners->dispatcher = Dispatcher::start(std::move(*router));
    listeners->pages = std::make_shared<const Pages>(std::move(pages));
    std::uint16_t port = 0;
    if (listeners->https) {
        error_code ignored;
        port = listeners->https->local_endpoint(ignored).port();
    }
    serve(listeners);
    return std::make_unique<BeastAdminServer>(listeners, credentials, port);
}

}  // namespace edgeward::admin
