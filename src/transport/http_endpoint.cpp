#include "http_endpoint.hpp"

#include <utility>

namespace edgeward::transport {

void check_url(config::Section& section, std::string_view key, const std::string& text,
               bool plaintext_loopback) {
    if (text.empty()) return;
    const auto url = parse_http_url(text);
    if (!url) {
        section.problem(key, url.error().message);
    } else if (!url->secure && !plaintext_loopback) {
        section.problem(key,
                        "expected an https URL (http only to this machine, with plaintext_loopback = true)");
    } else if (!url->secure && !url->is_loopback()) {
        section.problem(key,
                        "expected an https URL; http is possible to 127.0.0.0/8, ::1 and localhost only");
    }
}

Result<HttpEndpoint> make_endpoint(const std::string& url, const net::TlsSettings& tls,
                                   bool plaintext_loopback, const config::Credentials& credentials) {
    auto parsed = parse_http_url(url);
    if (!parsed) return failure(ErrorKind::misconfigured, std::move(parsed.error().message));
    if (!parsed->secure && !(plaintext_loopback && parsed->is_loopback()))
        return failure(ErrorKind::misconfigured, "expected an https URL");
    if (parsed->secure) {
        auto context = net::client_context(tls, credentials);
        if (!context) return failure(std::move(context.error()));
    }
    return HttpEndpoint{std::move(*parsed), tls, credentials};
}

}  // namespace edgeward::transport
