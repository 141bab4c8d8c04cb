#include <edgeward/transport/smart_settings.hpp>

#include "http_endpoint.hpp"

namespace edgeward::transport {

SmartSettings read_smart_settings(config::Section section, const net::TlsSettings& server,
                                  bool plaintext_loopback, const std::string& scope) {
    SmartSettings smart;
    smart.token_endpoint = section.text("token_endpoint", "");
    check_url(section, "token_endpoint", smart.token_endpoint, plaintext_loopback);
    smart.client_id = section.required_text("client_id", "the id the server knows this gateway by");
    smart.key = section.required_text("key", "the name of a credential with the private key");
    smart.key_id = section.required_text("key_id", "the kid the server knows the public key by");
    smart.scope = scope.empty() ? section.required_text("scope", "the scope that the server grants")
                                : section.text("scope", scope);
    // The token endpoint may be another machine: what we trust stays, whom we expect does not.
    smart.tls = server;
    smart.tls.server_name.clear();
    smart.tls = net::read_tls_settings(section.table("tls"), smart.tls);
    return smart;
}

}  // namespace edgeward::transport
