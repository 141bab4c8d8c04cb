#pragma once

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/evp.h>
#include <openssl/x509v3.h>

#include <chrono>
#include <string>
#include <string_view>

#include <edgeward/core/result.hpp>
#include <edgeward/core/secret.hpp>
#include <edgeward/core/time.hpp>
#include <edgeward/crypto/certificate.hpp>

#include "openssl.hpp"

// What the files of this module that deal with X.509 share.
namespace edgeward::crypto {

using Certificate = Owned<X509, X509_free>;
using Key = Owned<EVP_PKEY, EVP_PKEY_free>;
using Memory = Owned<BIO, BIO_free_all>;
using Number = Owned<BIGNUM, BN_free>;

// Clocks of small devices run behind; a certificate made now must be good for them at once.
inline constexpr std::chrono::minutes backdated{5};

// invalid_input; what OpenSSL has noted about it is dropped.
tl::unexpected<Error> refused(std::string message);

std::string text_of_memory(BIO* memory);
std::string pem_of(X509* certificate);
Secret pem_of(EVP_PKEY* key);
// The first certificate of a PEM text; nothing when there is none.
Certificate read_certificate(std::string_view pem);

// Lower-case hexadecimal.
std::string hex_of(const ASN1_INTEGER* serial);

bool add_extension(X509* certificate, X509* issuer, int kind, const std::string& value);
// A certificate with a random serial number and everything but issuer, extensions and signature; nothing for
// an unusable name.
Certificate begin_certificate(const std::string& common_name, EVP_PKEY* key, Instant now,
                              std::chrono::hours lifetime);

// Certificate and key of an authority, and that they belong together.
struct Authority {
    Certificate certificate;
    Key key;
};
Result<Authority> open_authority(const CertifiedKey& pair);

}  // namespace edgeward::crypto
