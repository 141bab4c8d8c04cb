#pragma once

#include <string>
#include <string_view>

#include <edgeward/config/credentials.hpp>
#include <edgeward/config/document.hpp>
#include <edgeward/core/result.hpp>
#include <edgeward/net/tls.hpp>
#include <edgeward/transport/http_url.hpp>

namespace edgeward::transport {

// Where to connect, and with which certificates. A URL that is not secure is connected to in the clear; who
// may do that is decided where settings are read.
struct HttpEndpoint {
    HttpUrl url;
    net::TlsSettings tls;
    config::Credentials credentials;
};

// A problem unless `text` is empty, https, or http to this machine where that is allowed.
void check_url(config::Section& section, std::string_view key, const std::string& text,
               bool plaintext_loopback);

// A usable URL, and credentials that can be read: found out at start, not at the first message.
// misconfigured: one of them is not.
Result<HttpEndpoint> make_endpoint(const std::string& url, const net::TlsSettings& tls,
                                   bool plaintext_loopback, const config::Credentials& credentials);

}  // namespace edgeward::transport
