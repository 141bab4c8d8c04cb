#include <edgeward/crypto/certificate.hpp>

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <memory>

namespace edgeward::crypto {
namespace {

template <auto Free>
struct Deleter {
    template <typename T>
    void operator()(T* object) const {
        Free(object);
    }
};
using Certificate = std::unique_ptr<X509, Deleter<X509_free>>;
using Key = std::unique_ptr<EVP_PKEY, Deleter<EVP_PKEY_free>>;
using Memory = std::unique_ptr<BIO, Deleter<BIO_free_all>>;
using Number = std::unique_ptr<BIGNUM, Deleter<BN_free>>;
using RevocationList = std::unique_ptr<X509_CRL, Deleter<X509_CRL_free>>;
using Time = std::unique_ptr<ASN1_TIME, Deleter<ASN1_TIME_free>>;
using Extension = std::unique_ptr<X509_EXTENSION, Deleter<X509_EXTENSION_free>>;

constexpr int serial_bits = 127;  // positive and at most 20 octets, RFC 5280 §4.1.2.2
constexpr long version_3 = 2;
// Clocks of small devices run behind; a certificate made now must be good for them at once.
constexpr std::chrono::minutes backdated{5};

tl::unexpected<Error> refused(std::string message) {
    ERR_clear_error();
    return failure(ErrorKind::invalid_input, std::move(message));
}

std::string text_of_memory(BIO* memory) {
    char* data = nullptr;
    const long size = BIO_get_mem_data(memory, &data);
    return {data, static_cast<std::size_t>(size)};
}

std::string pem_of(X509* certificate) {
    const Memory memory(BIO_new(BIO_s_mem()));
    PEM_write_bio_X509(memory.get(), certificate);
    return text_of_memory(memory.get());
}

Secret pem_of(EVP_PKEY* key) {
    const Memory memory(BIO_new(BIO_s_secmem()));
    PEM_write_bio_PKCS8PrivateKey(memory.get(), key, nullptr, nullptr, 0, nullptr, nullptr);
    std::string text = text_of_memory(memory.get());
    Secret secret(bytes_of(text));
    wipe(text.data(), text.size());
    return secret;
}

bool add_extension(X509* certificate, X509* issuer, int kind, const std::string& value) {
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
    const Extension extension(X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str()));
    return extension && X509_add_ext(certificate, extension.get(), -1) == 1;
}

bool set_name(X509_NAME* name, const std::string& common_name) {
    return X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8,
                                      reinterpret_cast<const unsigned char*>(common_name.data()),
                                      static_cast<int>(common_name.size()), -1, 0) == 1;
}

bool set_serial(X509* certificate) {
    const Number number(BN_new());
    return BN_rand(number.get(), serial_bits, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ANY) == 1 &&
           BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate)) != nullptr;
}

bool set_validity(X509* certificate, Instant now, std::chrono::hours lifetime) {
    const auto from = std::chrono::system_clock::to_time_t(now - backdated);
    const auto until = std::chrono::system_clock::to_time_t(now + lifetime);
    return ASN1_TIME_set(X509_getm_notBefore(certificate), from) != nullptr &&
           ASN1_TIME_set(X509_getm_notAfter(certificate), until) != nullptr;
}

// Everything but issuer, extensions and signature.
Certificate begin(const std::string& common_name, EVP_PKEY* key, Instant now, std::chrono::hours lifetime) {
    Certificate certificate(X509_new());
    const bool done = certificate && X509_set_version(certificate.get(), version_3) == 1 &&
                      set_serial(certificate.get()) && set_validity(certificate.get(), now, lifetime) &&
                      set_name(X509_get_subject_name(certificate.get()), common_name) &&
                      X509_set_pubkey(certificate.get(), key) == 1;
    return done ? std::move(certificate) : Certificate{};
}

// Names come from the operator: nothing in them may end an entry of the extension's value.
bool is_plain(const std::string& name) {
    return !name.empty() && name.find_first_of(",\\\n\r") == std::string::npos;
}

Result<std::string> alternative_names(const CertificateRequest& request) {
    std::string names;
    const auto add = [&names](const char* kind, const std::string& name) {
        if (!names.empty()) names += ',';
        names.append(kind).append(name);
        return is_plain(name);
    };
    bool plain = true;
    for (const auto& name : request.dns_names)
        plain = add("DNS:", name) && plain;
    for (const auto& address : request.addresses)
        plain = add("IP:", address) && plain;
    if (!plain) return refused("certificate: expected plain DNS names and addresses");
    return names;
}

const char* purposes_of(CertificateUse use) {
    switch (use) {
        case CertificateUse::server:
            return "serverAuth";
        case CertificateUse::client:
            return "clientAuth";
        case CertificateUse::server_and_client:
            return "serverAuth,clientAuth";
    }
    return "clientAuth";
}

bool add_end_entity_extensions(X509* certificate, X509* issuer, const CertificateRequest& request,
                               const std::string& names) {
    return add_extension(certificate, issuer, NID_basic_constraints, "critical,CA:FALSE") &&
           add_extension(certificate, issuer, NID_key_usage, "critical,digitalSignature") &&
           add_extension(certificate, issuer, NID_ext_key_usage, purposes_of(request.use)) &&
           add_extension(certificate, issuer, NID_subject_key_identifier, "hash") &&
           add_extension(certificate, issuer, NID_authority_key_identifier, "keyid:always") &&
           (names.empty() || add_extension(certificate, issuer, NID_subject_alt_name, names));
}

}  // namespace

Result<CertifiedKey> make_authority(const std::string& common_name, Instant now,
                                    std::chrono::hours lifetime) {
    const Key key(EVP_EC_gen("P-384"));
    const Certificate certificate = key ? begin(common_name, key.get(), now, lifetime) : Certificate{};
    X509* made = certificate.get();
    const bool done = made != nullptr && X509_set_issuer_name(made, X509_get_subject_name(made)) == 1 &&
                      add_extension(made, made, NID_basic_constraints, "critical,CA:TRUE,pathlen:0") &&
                      add_extension(made, made, NID_key_usage, "critical,keyCertSign,cRLSign") &&
                      add_extension(made, made, NID_subject_key_identifier, "hash") &&
                      X509_sign(made, key.get(), EVP_sha384()) > 0;
    if (!done) return refused("certificate authority: expected a name of 1 to 64 characters");
    return CertifiedKey{pem_of(made), pem_of(key.get())};
}

namespace {

struct Authority {
    Certificate certificate;
    Key key;
};

Certificate read_certificate(const std::string& pem) {
    const Memory memory(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
    return Certificate(PEM_read_bio_X509(memory.get(), nullptr, nullptr, nullptr));
}

Result<Authority> open_authority(const CertifiedKey& pair) {
    const ByteView octets = pair.key.reveal();
    const Memory memory(BIO_new_mem_buf(octets.data(), static_cast<int>(octets.size())));
    Authority authority{read_certificate(pair.certificate),
                        Key(PEM_read_bio_PrivateKey(memory.get(), nullptr, nullptr, nullptr))};
    if (!authority.certificate || !authority.key ||
        X509_check_private_key(authority.certificate.get(), authority.key.get()) != 1) {
        return refused("certificate: the authority's certificate and key do not fit");
    }
    return authority;
}

bool add_revoked(X509_CRL* list, const std::string& pem, ASN1_TIME* now) {
    const Certificate certificate = read_certificate(pem);
    if (!certificate) return false;
    X509_REVOKED* entry = X509_REVOKED_new();
    X509_REVOKED_set_serialNumber(entry, X509_get_serialNumber(certificate.get()));
    X509_REVOKED_set_revocationDate(entry, now);
    return X509_CRL_add0_revoked(list, entry) == 1;
}

}  // namespace

Result<std::string> make_revocation_list(const CertifiedKey& authority,
                                         const std::vector<std::string>& revoked, Instant now,
                                         std::chrono::hours lifetime) {
    const auto issuer = open_authority(authority);
    if (!issuer) return failure(issuer.error());
    const RevocationList list(X509_CRL_new());
    const Time from(ASN1_TIME_set(nullptr, std::chrono::system_clock::to_time_t(now - backdated)));
    const Time until(ASN1_TIME_set(nullptr, std::chrono::system_clock::to_time_t(now + lifetime)));
    X509_CRL_set_version(list.get(), 1);
    X509_CRL_set_issuer_name(list.get(), X509_get_subject_name(issuer->certificate.get()));
    X509_CRL_set1_lastUpdate(list.get(), from.get());
    X509_CRL_set1_nextUpdate(list.get(), until.get());
    for (const auto& pem : revoked) {
        if (!add_revoked(list.get(), pem, from.get()))
            return refused("revocation list: expected PEM certificates");
    }
    X509_CRL_sort(list.get());
    if (X509_CRL_sign(list.get(), issuer->key.get(), EVP_sha384()) <= 0) {
        return refused("revocation list: the authority's key cannot sign");
    }
    const Memory memory(BIO_new(BIO_s_mem()));
    PEM_write_bio_X509_CRL(memory.get(), list.get());
    return text_of_memory(memory.get());
}

Result<CertifiedKey> issue_certificate(const CertifiedKey& authority, const CertificateRequest& request,
                                       Instant now) {
    const auto signer = open_authority(authority);
    if (!signer) return failure(signer.error());
    X509* issuer = signer->certificate.get();
    auto names = alternative_names(request);
    if (!names) return failure(std::move(names.error()));
    const Key key(EVP_EC_gen("P-384"));
    const Certificate made =
        key ? begin(request.common_name, key.get(), now, request.lifetime) : Certificate{};
    const bool done = made && X509_set_issuer_name(made.get(), X509_get_subject_name(issuer)) == 1 &&
                      add_end_entity_extensions(made.get(), issuer, request, *names) &&
                      X509_sign(made.get(), signer->key.get(), EVP_sha384()) > 0;
    if (!done) return refused("certificate: expected a name of 1 to 64 characters and valid addresses");
    return CertifiedKey{pem_of(made.get()), pem_of(key.get())};
}

}  // namespace edgeward::crypto
