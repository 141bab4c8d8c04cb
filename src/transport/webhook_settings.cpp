#include <edgeward/transport/webhook_transport.hpp>

#include "http_endpoint.hpp"

namespace edgeward::transport {

WebhookSettings read_webhook_settings(config::Section section) {
    using std::chrono::milliseconds;
    WebhookSettings settings;
    settings.plaintext_loopback = section.flag("plaintext_loopback", settings.plaintext_loopback);
    settings.url = section.required_text("url", "the URL that takes JSON");
    check_url(section, "url", settings.url, settings.plaintext_loopback);
    settings.tls = net::read_tls_settings(section.table("tls"), settings.tls);
    settings.token = section.text("token", settings.token);
    settings.connections = static_cast<std::size_t>(
        section.whole_number("connections", static_cast<std::int64_t>(settings.connections), 1, 16));
    settings.response_timeout = section.duration("response_timeout", settings.response_timeout,
                                                 milliseconds(100), std::chrono::minutes(10));
    return settings;
}

}  // namespace edgeward::transport
