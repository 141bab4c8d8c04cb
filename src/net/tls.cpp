#include <edgeward/net/tls.hpp>

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/system/system_error.hpp>

#include <functional>
#include <string_view>
#include <utility>

namespace edgeward::net {
namespace {

namespace ssl = boost::asio::ssl;

// BSI TR-02102-2, tables for TLS 1.2 and 1.3, as far as OpenSSL 3.0 has them.
constexpr const char* tls12_ciphers =
    "ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:"
    "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256";
constexpr const char* tls13_ciphers = "TLS_AES_256_GCM_SHA384:TLS_AES_128_GCM_SHA256";
constexpr const char* groups = "P-256:P-384:P-521";
constexpr const char* signatures =
    "ecdsa_secp256r1_sha256:ecdsa_secp384r1_sha384:ecdsa_secp521r1_sha512:"
    "rsa_pss_rsae_sha256:rsa_pss_rsae_sha384:rsa_pss_rsae_sha512:"
    "rsa_pss_pss_sha256:rsa_pss_pss_sha384:rsa_pss_pss_sha512";
constexpr const char* pkcs1_signatures = ":rsa_pkcs1_sha256:rsa_pkcs1_sha384:rsa_pkcs1_sha512";
// OpenSSL's levels: 3 asks for 128 bits (RSA 3072), 2 for 112 bits (RSA 2048).
constexpr int level_of_128_bits = 3;
constexpr int level_of_112_bits = 2;

struct BioDeleter {
    void operator()(BIO* bio) const noexcept { BIO_free(bio); }
};
struct CertificateDeleter {
    void operator()(X509* certificate) const noexcept { X509_free(certificate); }
};
struct CrlDeleter {
    void operator()(X509_CRL* crl) const noexcept { X509_CRL_free(crl); }
};
using Bio = std::unique_ptr<BIO, BioDeleter>;
using Certificate = std::unique_ptr<X509, CertificateDeleter>;
using Crl = std::unique_ptr<X509_CRL, CrlDeleter>;

tl::unexpected<Error> unusable(std::string_view credential, std::string_view why) {
    ERR_clear_error();
    return failure(ErrorKind::misconfigured,
                   std::string("credential \"").append(credential).append("\": ").append(why));
}

Bio bio_over(const Secret& pem) {
    return Bio(BIO_new_mem_buf(pem.reveal().data(), static_cast<int>(pem.size())));
}

boost::asio::const_buffer buffer_over(const Secret& pem) {
    return {pem.reveal().data(), pem.size()};
}

// No terminal to ask: an encrypted key is refused instead of waiting for a passphrase.
int no_passphrase(char* /*into*/, int /*size*/, int /*writing*/, void* /*unused*/) {
    return 0;
}

// OpenSSL's own chain building accepts any signature that its level allows; the list of signature algorithms
// binds handshake signatures alone. A trust anchor's signature of itself proves nothing and is not judged.
int refuse_pkcs1(int good, X509_STORE_CTX* chain) {
    if (good == 0) return 0;
    X509* certificate = X509_STORE_CTX_get_current_cert(chain);
    if (certificate == nullptr || (X509_get_extension_flags(certificate) & EXFLAG_SS) != 0U) return 1;
    int key_kind = NID_undef;
    X509_get_signature_info(certificate, nullptr, &key_kind, nullptr, nullptr);
    if (key_kind != EVP_PKEY_RSA) return 1;
    X509_STORE_CTX_set_error(chain, X509_V_ERR_UNSUPPORTED_SIGNATURE_ALGORITHM);
    return 0;
}

bool apply_profile(SSL_CTX* context, const TlsSettings& settings) {
    std::string signature_list = signatures;
    if (settings.allow_pkcs1_signatures) signature_list += pkcs1_signatures;
    SSL_CTX_set_security_level(context, settings.allow_rsa_2048 ? level_of_112_bits : level_of_128_bits);
    SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_NO_TICKET |
                                     SSL_OP_CIPHER_SERVER_PREFERENCE);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_num_tickets(context, 0);
    SSL_CTX_set_default_passwd_cb(context, no_passphrase);
    return SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) == 1 &&
           SSL_CTX_set_cipher_list(context, tls12_ciphers) == 1 &&
           SSL_CTX_set_ciphersuites(context, tls13_ciphers) == 1 &&
           SSL_CTX_set1_groups_list(context, groups) == 1 &&
           SSL_CTX_set1_sigalgs_list(context, signature_list.c_str()) == 1;
}

Result<void> trust(SSL_CTX* context, const std::string& credential, const config::Credentials& credentials) {
    const Result<Secret> pem = credentials.read(credential);
    if (!pem) return failure(pem.error());
    const Bio bio = bio_over(*pem);
    std::size_t count = 0;
    while (const Certificate certificate{PEM_read_bio_X509(bio.get(), nullptr, no_passphrase, nullptr)}) {
        if (X509_STORE_add_cert(SSL_CTX_get_cert_store(context), certificate.get()) != 1 ||
            SSL_CTX_add_client_CA(context, certificate.get()) != 1) {
            return unusable(credential, "a certificate in it cannot be used as trust anchor");
        }
        ++count;
    }
    if (ERR_GET_REASON(ERR_peek_last_error()) != PEM_R_NO_START_LINE) {
        return unusable(credential, "a certificate in it cannot be parsed");
    }
    ERR_clear_error();
    if (count == 0) return unusable(credential, "expected PEM with CA certificates, found none");
    return {};
}

Result<void> check_revocation(SSL_CTX* context, const std::string& credential,
                              const config::Credentials& credentials) {
    const Result<Secret> pem = credentials.read(credential);
    if (!pem) return failure(pem.error());
    const Bio bio = bio_over(*pem);
    std::size_t count = 0;
    while (const Crl crl{PEM_read_bio_X509_CRL(bio.get(), nullptr, no_passphrase, nullptr)}) {
        if (X509_STORE_add_crl(SSL_CTX_get_cert_store(context), crl.get()) != 1) {
            return unusable(credential, "a CRL in it cannot be used");
        }
        ++count;
    }
    if (ERR_GET_REASON(ERR_peek_last_error()) != PEM_R_NO_START_LINE) {
        return unusable(credential, "a CRL in it cannot be parsed");
    }
    ERR_clear_error();
    if (count == 0) return unusable(credential, "expected PEM with CRLs, found none");
    X509_VERIFY_PARAM_set_flags(SSL_CTX_get0_param(context),
                                X509_V_FLAG_CRL_CHECK | X509_V_FLAG_CRL_CHECK_ALL);
    return {};
}

Result<void> identify(ssl::context& context, const TlsSettings& settings,
                      const config::Credentials& credentials) {
    const Result<Secret> chain = credentials.read(settings.certificate);
    if (!chain) return failure(chain.error());
    const Result<Secret> key = credentials.read(settings.key);
    if (!key) return failure(key.error());
    boost::system::error_code error;
    context.use_certificate_chain(buffer_over(*chain), error);
    if (error) return unusable(settings.certificate, "expected PEM with our certificate chain");
    context.use_private_key(buffer_over(*key), ssl::context::pem, error);
    if (error || SSL_CTX_check_private_key(context.native_handle()) != 1) {
        return unusable(settings.key, "expected the unencrypted PEM private key that fits certificate \"" +
                                          settings.certificate + "\"");
    }
    return {};
}

Result<std::shared_ptr<ssl::context>> make_context(ssl::context::method method, const TlsSettings& settings,
                                                   const config::Credentials& credentials) {
    auto context = std::make_shared<ssl::context>(method);
    if (!apply_profile(context->native_handle(), settings)) {
        ERR_clear_error();
        return failure(ErrorKind::misconfigured, "the linked OpenSSL lacks a part of the TLS profile");
    }
    if (!settings.ca.empty()) {
        if (auto trusted = trust(context->native_handle(), settings.ca, credentials); !trusted) {
            return failure(std::move(trusted).error());
        }
    }
    if (!settings.crl.empty()) {
        if (auto checked = check_revocation(context->native_handle(), settings.crl, credentials); !checked) {
            return failure(std::move(checked).error());
        }
    }
    if (!settings.certificate.empty()) {
        if (auto identified = identify(*context, settings, credentials); !identified) {
            return failure(std::move(identified).error());
        }
    }
    return context;
}

void verify_peers(SSL_CTX* context, int mode, int purpose, const TlsSettings& settings) {
    SSL_CTX_set_purpose(context, purpose);
    SSL_CTX_set_verify(context, mode, settings.allow_pkcs1_signatures ? nullptr : refuse_pkcs1);
}

Result<std::shared_ptr<ssl::context>> guarded(
    const std::function<Result<std::shared_ptr<ssl::context>>()>& make) {
    try {
        return make();
    } catch (const boost::system::system_error&) {
        return failure(ErrorKind::misconfigured, "OpenSSL cannot make a TLS context");
    }
}

}  // namespace

TlsSettings read_tls_settings(config::Section section, const TlsSettings& defaults) {
    TlsSettings settings;
    settings.ca = section.text("ca", defaults.ca);
    settings.certificate = section.text("certificate", defaults.certificate);
    settings.key = section.text("key", defaults.key);
    settings.crl = section.text("crl", defaults.crl);
    settings.server_name = section.text("server_name", defaults.server_name);
    settings.allow_pkcs1_signatures = section.flag("allow_pkcs1_signatures", defaults.allow_pkcs1_signatures);
    settings.allow_rsa_2048 = section.flag("allow_rsa_2048", defaults.allow_rsa_2048);
    if (settings.certificate.empty() != settings.key.empty()) {
        section.problem(settings.key.empty() ? "certificate" : "key",
                        "expected certificate and key together, got only one of them");
    }
    if (!settings.crl.empty() && settings.ca.empty()) {
        section.problem("crl", "expected ca as well: without it no peer is verified");
    }
    return settings;
}

Result<std::shared_ptr<ssl::context>> client_context(const TlsSettings& settings,
                                                     const config::Credentials& credentials) {
    return guarded([&]() -> Result<std::shared_ptr<ssl::context>> {
        if (settings.ca.empty()) {
            return failure(ErrorKind::misconfigured,
                           "tls.ca: expected the credential with the trusted CA certificates");
        }
        auto context = make_context(ssl::context::tls_client, settings, credentials);
        if (context) {
            verify_peers((*context)->native_handle(), SSL_VERIFY_PEER, X509_PURPOSE_SSL_SERVER, settings);
        }
        return context;
    });
}

Result<std::shared_ptr<ssl::context>> server_context(const TlsSettings& settings,
                                                     const config::Credentials& credentials,
                                                     bool require_client) {
    return guarded([&]() -> Result<std::shared_ptr<ssl::context>> {
        if (settings.certificate.empty() || settings.key.empty()) {
            return failure(ErrorKind::misconfigured, "tls: a server needs certificate and key");
        }
        if (require_client && settings.ca.empty()) {
            return failure(ErrorKind::misconfigured,
                           "tls.ca: expected the credential with the CA of the clients");
        }
        auto context = make_context(ssl::context::tls_server, settings, credentials);
        if (!context) return context;
        int mode = settings.ca.empty() ? SSL_VERIFY_NONE : SSL_VERIFY_PEER;
        if (require_client) mode |= SSL_VERIFY_FAIL_IF_NO_PEER_CERT;
        verify_peers((*context)->native_handle(), mode, X509_PURPOSE_SSL_CLIENT, settings);
        return context;
    });
}

Result<std::shared_ptr<ssl::context>> server_context_for_strangers(const TlsSettings& settings,
                                                                   const config::Credentials& credentials) {
    auto context = server_context(settings, credentials, false);
    if (context) {
        SSL_CTX_set_verify((*context)->native_handle(), SSL_VERIFY_PEER,
                           [](int /*good*/, X509_STORE_CTX* /*chain*/) { return 1; });
    }
    return context;
}

Result<double> seconds_until_expiry(const std::string& credential, const config::Credentials& credentials) {
    const Result<Secret> pem = credentials.read(credential);
    if (!pem) return failure(pem.error());
    const Bio bio = bio_over(*pem);
    const Certificate certificate{PEM_read_bio_X509(bio.get(), nullptr, no_passphrase, nullptr)};
    if (!certificate) return unusable(credential, "expected PEM with a certificate");
    int days = 0;
    int seconds = 0;
    if (ASN1_TIME_diff(&days, &seconds, nullptr, X509_get0_notAfter(certificate.get())) != 1) {
        return unusable(credential, "the certificate's end of validity cannot be read");
    }
    constexpr double seconds_per_day = 86400;
    return days * seconds_per_day + seconds;
}

}  // namespace edgeward::net
