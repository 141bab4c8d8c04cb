#include <edgeward/admin/admin_server.hpp>

#include <algorithm>
#include <charconv>

#include <boost/asio/ip/address.hpp>

#include "control_socket.hpp"

namespace edgeward::admin {
namespace {

bool is_label(std::string_view label) {
    constexpr std::size_t longest = 63;
    return !label.empty() && label.size() <= longest && !label.starts_with('-') && !label.ends_with('-') &&
           std::all_of(label.begin(), label.end(),
                       [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; });
}

// In small letters, as browsers write it. An address is none: its last part is a number.
bool is_host_name(std::string_view name) {
    constexpr std::size_t longest = 253;
    if (name.size() > longest) return false;
    for (;;) {
        const auto dot = name.find('.');
        const auto label = name.substr(0, dot);
        if (!is_label(label)) return false;
        if (dot == std::string_view::npos)
            return !std::all_of(label.begin(), label.end(), [](char c) { return c >= '0' && c <= '9'; });
        name.remove_prefix(dot + 1);
    }
}

// "https://<the party or a name below it>", with a port that is not 443.
bool is_origin_of(std::string_view party, std::string_view origin) {
    constexpr std::string_view scheme = "https://";
    if (!origin.starts_with(scheme)) return false;
    origin.remove_prefix(scheme.size());
    const auto colon = origin.find(':');
    const auto host = origin.substr(0, colon);
    if (!is_host_name(host) || (host != party && !host.ends_with("." + std::string(party)))) return false;
    if (colon == std::string_view::npos) return true;
    const auto text = origin.substr(colon + 1);
    std::uint16_t port = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), port);
    constexpr std::uint16_t standard = 443;
    return failed == std::errc{} && end == text.data() + text.size() && !text.starts_with('0') &&
           port != standard;
}

WebauthnSettings read_webauthn(config::Section section, const AdminSettings& settings) {
    WebauthnSettings made;
    made.relying_party = section.text("relying_party", made.relying_party);
    made.origins = section.texts("origins", made.origins);
    const std::string& party = made.relying_party;
    if (party.empty()) {
        if (!made.origins.empty())
            section.problem("origins", "expected none without admin.webauthn.relying_party, got some");
        return made;
    }
    if (!settings.api) section.problem("relying_party", "expected none without admin.api, got a name");
    if (!is_host_name(party))
        section.problem("relying_party", "expected a host name in small letters, got another text");
    if (made.origins.empty() && settings.port == 0)
        section.problem("origins", "expected at least one with admin.port = 0, got none");
    if (!std::all_of(made.origins.begin(), made.origins.end(),
                     [&](const std::string& one) { return is_origin_of(party, one); }))
        section.problem("origins",
                        "expected https:// with admin.webauthn.relying_party or a name below it and perhaps "
                        "a port other than 443, got another text");
    return made;
}

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
    settings.webauthn = read_webauthn(section.table("webauthn"), settings);
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
