#pragma once

#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <memory>
#include <string>
#include <vector>

namespace edgeward::ingest {

// Whether the peer's certificate names one of these: a DNS name of it or, without any, its common name.
inline bool peer_is_named(SSL* session, const std::vector<std::string>& names) {
    const std::unique_ptr<X509, decltype(&X509_free)> certificate(SSL_get1_peer_certificate(session),
                                                                  &X509_free);
    if (!certificate) return false;
    for (const auto& name : names) {
        if (X509_check_host(certificate.get(), name.data(), name.size(), X509_CHECK_FLAG_NO_WILDCARDS,
                            nullptr) == 1)
            return true;
    }
    return false;
}

}  // namespace edgeward::ingest
