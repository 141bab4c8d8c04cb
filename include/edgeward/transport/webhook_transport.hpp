#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>

#include <edgeward/config/credentials.hpp>
#include <edgeward/config/document.hpp>
#include <edgeward/core/result.hpp>
#include <edgeward/net/tls.hpp>
#include <edgeward/transport/transport.hpp>

namespace edgeward::transport {

// A program that takes JSON by HTTP POST.
struct WebhookSettings {
    std::string url;   // https://host[:port][/path]
    std::string path;  // behind the URL's own: "/api/v2/alerts"; not configured
    net::TlsSettings tls = net::own_tls();
    std::string token;                                  // credential: bearer token; empty: none is sent
    std::size_t connections = 2;                        // 1 to 16
    std::chrono::milliseconds response_timeout{10000};  // connect and answer each
    bool plaintext_loopback = false;                    // allow http:// to 127.0.0.1, ::1 or localhost
};
// Reads url, tls, token, connections, response_timeout and plaintext_loopback.
WebhookSettings read_webhook_settings(config::Section section);

// Posts each message over HTTP/1.1 with kept-alive TLS connections and judges the status (RFC 9110, 15):
//
//   2xx                                            taken
//   408, 425, 429, 5xx                             unavailable
//   3xx (no redirect is followed), 401, 403, 404, 405, 410   misconfigured
//   any other                                      rejected
//
// A connection that fails before the request is written is `unavailable`, afterwards `ambiguous`. The
// identifier goes along as X-Request-Id. misconfigured: credentials missing or unreadable, no usable URL.
// Destroy it only after every send has ended.
Result<std::unique_ptr<Transport>> open_webhook_transport(const WebhookSettings& settings,
                                                          const config::Credentials& credentials);

}  // namespace edgeward::transport
