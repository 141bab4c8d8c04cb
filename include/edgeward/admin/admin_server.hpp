#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/any_io_executor.hpp>

#include <edgeward/admin/http.hpp>
#include <edgeward/config/credentials.hpp>
#include <edgeward/config/document.hpp>
#include <edgeward/core/result.hpp>
#include <edgeward/net/tls.hpp>

// The gateway's own HTTP: health and metrics by HTTPS, control by a Unix-domain socket and, with `api`, by
// HTTPS for people who have signed in.
//
// HTTP/1.1 (RFC 9112), read strictly: origin-form targets only, exactly one Host, never Content-Length
// together with Transfer-Encoding, no transfer coding but chunked, headers up to 8 KiB, bodies up to 1 MiB
// (64 KiB by HTTPS without `api`), one deadline for a whole request however slowly it arrives. What breaks a
// rule is answered with a JSON error that repeats nothing of the request, and the connection is closed.
namespace edgeward::admin {

// Security keys and passkeys of people (docs/configuration.md).
struct WebauthnSettings {
    std::string relying_party{};         // the name of the HTTPS port; empty: there are none
    std::vector<std::string> origins{};  // of pages; empty: that name with the port
};

struct AdminSettings {
    bool https = true;                  // false: the Unix socket only
    std::string address = "127.0.0.1";  // an IP address; "::" or "0.0.0.0" for all interfaces
    std::uint16_t port = 9443;          // 0: one the system chooses, see AdminServer::port()
    bool api = false;                   // people with an account reach the control routes by HTTPS
    std::chrono::milliseconds session_idle = std::chrono::minutes(15);
    std::chrono::milliseconds session_longest = std::chrono::hours(8);
    std::size_t requests_per_minute = 600;  // by HTTPS, of one address and of one session
    WebauthnSettings webauthn{};
    bool require_client_certificate = false;
    // Asks for a certificate and takes any, or none: HttpRequest::peer_certificate is for the handler to
    // judge.
    bool any_client_certificate = false;
    net::TlsSettings tls{
        .ca = {}, .certificate = "admin-certificate", .key = "admin-key", .crl = {}, .server_name = {}};
    std::filesystem::path socket = "/run/edgeward/control.sock";  // empty: HTTPS only
    std::string socket_group{};  // its members may use the socket, beside root and the daemon's own user
    std::size_t max_connections = 64;  // on each of the two listeners; further ones are closed at once
    std::chrono::milliseconds request_timeout =
        std::chrono::seconds(10);  // to receive one request; also idle time
    // Words what the server itself refuses in another form than error_response(); nothing: in that.
    std::function<HttpResponse(const HttpResponse&)> refusals{};
};

// Reads the table [admin].
AdminSettings read_admin_settings(config::Section section);

// The listeners and the threads of the control handlers. Stops when destroyed.
// Threads: every member but stop() may be called by any thread; see stop().
class AdminServer {
public:
    AdminServer() = default;
    AdminServer(const AdminServer&) = delete;
    AdminServer& operator=(const AdminServer&) = delete;
    virtual ~AdminServer() = default;

    // Where HTTPS listens; 0 without HTTPS.
    [[nodiscard]] virtual std::uint16_t port() const = 0;
    // Reads certificate, key and trust again; connections from then on use them. On error the old ones stay.
    virtual Result<void> reload_certificates() = 0;
    // Closes listeners and connections, waits for handlers that are running. Afterwards no handler is called.
    // Call it once, not from a handler, before the executor's context ends.
    virtual void stop() = 0;
};

// Listens on both. The work runs on `executor`; handlers as their route says. `executor`'s context must
// outlive the server. Errors: misconfigured (credential, address or port in use, socket path too long, its
// folder missing, another daemon answers on it, unknown group, two routes of the same method and pattern).
Result<std::unique_ptr<AdminServer>> start_admin_server(const AdminSettings& settings,
                                                        const config::Credentials& credentials,
                                                        const boost::asio::any_io_executor& executor,
                                                        Routes routes);

}  // namespace edgeward::admin
