#include <edgeward/crypto/certificate.hpp>

#include <openssl/err.h>
#include <openssl/pem.h>

#include "x509.hpp"

namespace edgeward::crypto {
namespace {

using RevocationList = Owned<X509_CRL, X509_CRL_free>;
using Time = Owned<ASN1_TIME, ASN1_TIME_free>;

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
    const Certificate certificate =
        key ? begin_certificate(common_name, key.get(), now, lifetime) : Certificate{};
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

using Serial = Owned<ASN1_INTEGER, ASN1_INTEGER_free>;

bool add_revoked(X509_CRL* list, ASN1_INTEGER* serial, ASN1_TIME* now) {
    X509_REVOKED* entry = X509_REVOKED_new();
    X509_REVOKED_set_serialNumber(entry, serial);
    X509_REVOKED_set_revocationDate(entry, now);
    return X509_CRL_add0_revoked(list, entry) == 1;
}

bool add_revoked(X509_CRL* list, const std::string& pem, ASN1_TIME* now) {
    const Certificate certificate = read_certificate(pem);
    return certificate && add_revoked(list, X509_get_serialNumber(certificate.get()), now);
}

Serial serial_of(const std::string& hex) {
    Bytes octets;
    if (!from_hex(hex, octets)) return {};
    const Number number(BN_bin2bn(octets.data(), static_cast<int>(octets.size()), nullptr));
    return Serial(number ? BN_to_ASN1_INTEGER(number.get(), nullptr) : nullptr);
}

// RFC 5280 §5.2.1 and §5.2.3: whose it is, and a number that grows: that of the seconds since 1970.
bool number_list(X509_CRL* list, X509* issuer, const ASN1_TIME* from) {
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, issuer, nullptr, nullptr, list, 0);
    const Owned<X509_EXTENSION, X509_EXTENSION_free> issuer_key(
        X509V3_EXT_conf_nid(nullptr, &context, NID_authority_key_identifier, "keyid:always"));
    const Time epoch(ASN1_TIME_set(nullptr, 0));
    int days = 0;
    int seconds = 0;
    const Owned<ASN1_INTEGER, ASN1_INTEGER_free> number(ASN1_INTEGER_new());
    return issuer_key && X509_CRL_add_ext(list, issuer_key.get(), -1) == 1 &&
           ASN1_TIME_diff(&days, &seconds, epoch.get(), from) == 1 &&
           ASN1_INTEGER_set_int64(number.get(), std::int64_t{days} * 86400 + seconds) == 1 &&
           X509_CRL_add1_ext_i2d(list, NID_crl_number, number.get(), 0, 0) == 1;
}

}  // namespace

Result<std::string> make_revocation_list(const CertifiedKey& authority,
                                         const std::vector<std::string>& revoked, Instant now,
                                         std::chrono::hours lifetime,
                                         const std::vector<std::string>& serials) {
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
    for (const auto& hex : serials) {
        const Serial serial = serial_of(hex);
        if (!serial || !add_revoked(list.get(), serial.get(), from.get()))
            return refused("revocation list: expected serial numbers");
    }
    X509_CRL_sort(list.get());
    if (!number_list(list.get(), issuer->certificate.get(), from.get()))
        return refused("revocation list: expected an authority with a key identifier");
    if (X509_CRL_sign(list.get(), issuer->key.get(), EVP_sha384()) <= 0) {
        return refused("revocation list: the authority's key cannot sign");
    }
    const Memory memory(BIO_new(BIO_s_mem()));
    PEM_write_bio_X509_CRL(memory.get(), list.get());
    return text_of_memory(memory.get());
}

Result<std::vector<std::string>> revoked_serials(std::string_view lists, const CertifiedKey& authority) {
    const auto issuer = open_authority(authority);
    if (!issuer) return failure(issuer.error());
    const Memory memory(BIO_new_mem_buf(lists.data(), static_cast<int>(lists.size())));
    std::vector<std::string> serials;
    for (;;) {
        const RevocationList list(PEM_read_bio_X509_CRL(memory.get(), nullptr, nullptr, nullptr));
        if (!list) break;
        if (X509_CRL_verify(list.get(), issuer->key.get()) != 1) continue;
        STACK_OF(X509_REVOKED)* entries = X509_CRL_get_REVOKED(list.get());
        for (int i = 0; i < sk_X509_REVOKED_num(entries); ++i)
            serials.push_back(hex_of(X509_REVOKED_get0_serialNumber(sk_X509_REVOKED_value(entries, i))));
    }
    ERR_clear_error();
    return serials;
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
        key ? begin_certificate(request.common_name, key.get(), now, request.lifetime) : Certificate{};
    const bool done = made && X509_set_issuer_name(made.get(), X509_get_subject_name(issuer)) == 1 &&
                      add_end_entity_extensions(made.get(), issuer, request, *names) &&
                      X509_sign(made.get(), signer->key.get(), EVP_sha384()) > 0;
    if (!done) return refused("certificate: expected a name of 1 to 64 characters and valid addresses");
    return CertifiedKey{pem_of(made.get()), pem_of(key.get())};
}

}  // namespace edgeward::crypto
