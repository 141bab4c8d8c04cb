#include <edgeward/anchoring/anchor_settings.hpp>

#include <algorithm>

namespace edgeward::anchoring {
namespace {

using namespace std::chrono_literals;

// An XML token that also stands in a syslog message as it is.
bool is_site(const std::string& text) {
    return text.size() <= 64 && std::ranges::all_of(text, [](char c) { return c > ' ' && c <= '~'; });
}

}  // namespace

SiemSettings read_siem_settings(config::Section section) {
    SiemSettings settings;
    settings.enabled = section.flag("enabled", settings.enabled);
    auto& endpoint = settings.endpoint;
    endpoint.host = section.text("host", endpoint.host);
    if (settings.enabled && endpoint.host.empty())
        section.problem("host", "expected the host name or address of the syslog collector");
    endpoint.port = static_cast<std::uint16_t>(section.whole_number("port", endpoint.port, 1, 65535));
    endpoint.tls = net::read_tls_settings(section.table("tls"), endpoint.tls);
    endpoint.patience = section.duration("timeout", endpoint.patience, 1s, 5min);
    settings.site = section.text("site", settings.site);
    if (!is_site(settings.site))
        section.problem("site", "expected at most 64 printable ASCII characters without space");
    settings.enterprise_number = static_cast<std::uint32_t>(
        section.whole_number("enterprise_number", settings.enterprise_number, 1, 4294967295));
    settings.renew = section.duration("renew", settings.renew, 200ms, 10min);
    settings.settle = section.duration("settle", settings.settle, 200ms, 10min);
    settings.heartbeat = section.duration("heartbeat", settings.heartbeat, 1s, 1h);
    settings.silence = section.duration("silence", settings.silence, 1s, 24h);
    return settings;
}

}  // namespace edgeward::anchoring
