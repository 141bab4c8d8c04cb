#include <edgeward/admin/admin_server.hpp>

#include <boost/asio/ip/address.hpp>

#include "control_socket.hpp"

namespace edgeward::admin {
namespace {

void check(const AdminSettings& settings, config::Section& section) {
    boost::system::error_code error;
    boost::asio::ip::make_address(settings.address, error);
    if (error) section.problem("address", "expected an IP address, got another text");
    if (!settings.socket.is_absolute() || settings.socket.native().size() > max_socket_path) {
        section.problem("socket", "expected an absolute path of at most " + std::to_string(max_socket_path) +
                                      " characters, got another text");
    }
    if (settings.api && !settings.https)
        section.problem("api", "expected false without admin.https, got true");
    if (settings.https && settings.require_client_certificate && settings.tls.ca.empty()) {
        section.problem("require_client_certificate",
                        "expected false, or a credential in admin.tls.ca, got neither");
    }
}

}  // namespace

AdminSettings read_admin_settings(config::Section section) {
    using namespace std::chrono_literals;
    AdminSettings settings;
    settings.https = section.flag("https", settings.https);
    settings.address = section.text("address", settings.address);
    settings.port = static_cast<std::uint16_t>(section.whole_number("port", settings.port, 0, 65535));
    settings.api = section.flag("api", settings.api);
    settings.session_idle = section.duration("session_idle", settings.session_idle, 10s, 8h);
    settings.session_longest = section.duration("session_longest", settings.session_longest, 1min, 24h);
    settings.requests_per_minute = static_cast<std::size_t>(section.whole_number(
        "requests_per_minute", static_cast<std::int64_t>(settings.requests_per_minute), 60, 100'000));
    settings.require_client_certificate =
        section.flag("require_client_certificate", settings.require_client_certificate);
    settings.tls = net::read_tls_settings(section.table("tls"), settings.tls);
    settings.socket = section.file("socket", settings.socket);
    settings.socket_group = section.text("socket_group", settings.socket_group);
    settings.max_connections = static_cast<std::size_t>(section.whole_number(
        "max_connections", static_cast<std::int64_t>(settings.max_connections), 4, 1024));
    settings.request_timeout = section.duration("request_timeout", settings.request_timeout, 1s, 5min);
    check(settings, section);
    return settings;
}

}  // namespace edgeward::admin
