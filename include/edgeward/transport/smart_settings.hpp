#pragma once

#include <string>

#include <edgeward/config/document.hpp>
#include <edgeward/net/tls.hpp>

namespace edgeward::transport {

// SMART Backend Services: a bearer token for a signed assertion.
struct SmartSettings {
    std::string token_endpoint;  // https URL; empty: read from <url>/.well-known/smart-configuration
    std::string client_id;
    std::string key;     // credential: PEM private key, EC P-384 or RSA of 3072 bits
    std::string key_id;  // kid under which the server knows the public key
    std::string scope = "system/Patient.c system/Device.c system/Observation.c";
    net::TlsSettings tls;  // of the token endpoint; the destination's own unless [….smart.tls] is there
};

// Reads token_endpoint, client_id, key, key_id, scope and tls. `server`: the TLS of the destination itself;
// `scope`: what is asked for when the section says nothing, empty: the section has to say it.
SmartSettings read_smart_settings(config::Section section, const net::TlsSettings& server,
                                  bool plaintext_loopback, const std::string& scope);

}  // namespace edgeward::transport
