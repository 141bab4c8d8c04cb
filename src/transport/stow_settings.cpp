#include <edgeward/transport/stow_transport.hpp>

#include "http_endpoint.hpp"

namespace edgeward::transport {

StowSettings read_stow_settings(config::Section section) {
    using std::chrono::milliseconds;
    constexpr std::int64_t most_connections = 16;

    StowSettings settings;
    settings.plaintext_loopback = section.flag("plaintext_loopback", settings.plaintext_loopback);
    settings.url = section.required_text("url", "the base URL of a DICOMweb server");
    check_url(section, "url", settings.url, settings.plaintext_loopback);
    settings.tls = net::read_tls_settings(section.table("tls"), settings.tls);
    settings.connections = static_cast<std::size_t>(section.whole_number(
        "connections", static_cast<std::int64_t>(settings.connections), 1, most_connections));
    settings.response_timeout = section.duration("response_timeout", settings.response_timeout,
                                                 milliseconds(100), std::chrono::minutes(30));
    // What may be asked for to store objects is said by no standard.
    if (section.has("smart"))
        settings.smart =
            read_smart_settings(section.table("smart"), settings.tls, settings.plaintext_loopback, {});
    return settings;
}

}  // namespace edgeward::transport
