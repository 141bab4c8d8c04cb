#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include <edgeward/config/credentials.hpp>
#include <edgeward/config/document.hpp>
#include <edgeward/core/result.hpp>

namespace boost::asio::ssl {
class context;
}

// TLS as BSI TR-02102-2 recommends it: TLS 1.2 and 1.3, ECDHE with AES-GCM, groups P-256, P-384, P-521; no
// renegotiation, no compression, no tickets on servers. Peers are always verified: chain, name, purpose,
// validity and, where a CRL is given, revocation.
namespace edgeward::net {

// One end's certificate and trust. Names of credentials, not values (config/credentials.hpp).
struct TlsSettings {
    std::string ca;           // credential: PEM with the trusted CA certificates
    std::string certificate;  // credential: PEM with our chain; empty on a client: no client certificate
    std::string key;          // credential: PEM with the private key
    std::string crl;          // credential: PEM with CRLs; when set, a peer without a matching CRL is refused
    std::string server_name;  // client: the name the peer's certificate must carry; default the host
    // Accept certificates signed RSA PKCS#1 v1.5 (withdrawn by BSI 2026-01; many internal CAs still use it).
    bool allow_pkcs1_signatures = false;
    // Accept RSA keys of 2048 to 3071 bits (BSI: at least 3000).
    bool allow_rsa_2048 = false;
};

// The credentials an installation has for its own connections, unless the configuration names others.
inline TlsSettings own_tls() {
    return {"ca", "gateway-certificate", "gateway-key", {}, {}};
}

// Reads ca, certificate, key, crl, server_name, allow_pkcs1_signatures, allow_rsa_2048 of a [….tls] table.
TlsSettings read_tls_settings(config::Section section, const TlsSettings& defaults = {});

// misconfigured: missing or unreadable credential, key that does not fit, unparsable PEM. The message names
// the credential, never content. Each call reads the credentials anew, so rotated files take effect on
// reconnect.
Result<std::shared_ptr<boost::asio::ssl::context>> client_context(const TlsSettings& settings,
                                                                  const config::Credentials& credentials);
// `require_client`: refuse peers without a certificate from `ca`.
Result<std::shared_ptr<boost::asio::ssl::context>> server_context(const TlsSettings& settings,
                                                                  const config::Credentials& credentials,
                                                                  bool require_client);

// A server that asks for a certificate and takes whatever its client has proven to own the key of, or none:
// for devices that come to enrol, with a certificate of their manufacturer or one that has expired. Who reads
// it judges it (crypto/device_certificate.hpp); nothing may be concluded from the connection alone.
Result<std::shared_ptr<boost::asio::ssl::context>> server_context_for_strangers(
    const TlsSettings& settings, const config::Credentials& credentials);

// Seconds until the certificate in that credential expires (negative: expired), for metrics.
Result<double> seconds_until_expiry(const std::string& credential, const config::Credentials& credentials);

}  // namespace edgeward::net
