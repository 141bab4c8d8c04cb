#include <openssl/err.h>
#include <openssl/pem.h>

#include "x509.hpp"

namespace edgeward::crypto {
namespace {

constexpr int serial_bits = 127;  // positive and at most 20 octets, RFC 5280 §4.1.2.2
constexpr long version_3 = 2;

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

// No terminal to ask: an encrypted key is refused instead of waiting for a passphrase.
int no_passphrase(char* /*into*/, int /*size*/, int /*writing*/, void* /*unused*/) {
    return 0;
}

}  // namespace

tl::unexpected<Error> refused(std::string message) {
    ERR_clear_error();
    return failure(ErrorKind::invalid_input, std::move(message));
}

std::string text_of_memory(BIO* memory) {
    char* data = nullptr;
    const long size = BIO_get_mem_data(memory, &data);
    return {data, static_cast<std::size_t>(size)};
}

std::string hex_of(const ASN1_INTEGER* serial) {
    const Number number(ASN1_INTEGER_to_BN(serial, nullptr));
    Bytes octets(static_cast<std::size_t>(number ? BN_num_bytes(number.get()) : 0));
    if (number) BN_bn2bin(number.get(), octets.data());
    return to_hex(octets);
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

Certificate read_certificate(std::string_view pem) {
    const Memory memory(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
    return Certificate(PEM_read_bio_X509(memory.get(), nullptr, nullptr, nullptr));
}

bool add_extension(X509* certificate, X509* issuer, int kind, const std::string& value) {
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
    const Owned<X509_EXTENSION, X509_EXTENSION_free> extension(
        X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str()));
    return extension && X509_add_ext(certificate, extension.get(), -1) == 1;
}

Certificate begin_certificate(const std::string& common_name, EVP_PKEY* key, Instant now,
                              std::chrono::hours lifetime) {
    Certificate certificate(X509_new());
    const bool done = certificate && X509_set_version(certificate.get(), version_3) == 1 &&
                      set_serial(certificate.get()) && set_validity(certificate.get(), now, lifetime) &&
                      set_name(X509_get_subject_name(certificate.get()), common_name) &&
                      X509_set_pubkey(certificate.get(), key) == 1;
    return done ? std::move(certificate) : Certificate{};
}

Result<Authority> open_authority(const CertifiedKey& pair) {
    const ByteView octets = pair.key.reveal();
    const Memory memory(BIO_new_mem_buf(octets.data(), static_cast<int>(octets.size())));
    Authority authority{read_certificate(pair.certificate),
                        Key(PEM_read_bio_PrivateKey(memory.get(), nullptr, no_passphrase, nullptr))};
    if (!authority.certificate || !authority.key ||
        X509_check_private_key(authority.certificate.get(), authority.key.get()) != 1) {
        return refused("certificate: the authority's certificate and key do not fit");
    }
    return authority;
}

}  // namespace edgeward::crypto
