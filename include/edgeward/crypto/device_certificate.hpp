#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include <edgeward/core/bytes.hpp>
#include <edgeward/core/result.hpp>
#include <edgeward/core/time.hpp>
#include <edgeward/crypto/certificate.hpp>
#include <edgeward/crypto/digest.hpp>

// Certificates of devices that make their own keys: what they ask for (PKCS #10, RFC 2986), what they get,
// and what they show. Keys and signatures as BSI TR-02102-1 recommends: EC on P-256, P-384 or P-521, RSA of
// 3000 to 8192 bits, SHA-2. Threads: any.
namespace edgeward::crypto {

// A certification request whose signature proves that its sender owns the key. Nothing else in it is trusted.
struct CertificationRequest {
    std::string common_name;  // of the subject; empty when it has none
    Bytes public_key;         // SubjectPublicKeyInfo, DER
};

// invalid_input: not one request in DER, a signature that does not hold, a key or a digest that is too weak.
Result<CertificationRequest> read_certification_request(ByteView der);

// A certificate for client authentication and nothing else. It does not outlive its authority.
// invalid_input: unusable name or key, not an authority.
Result<std::string> certify_client(const CertifiedKey& authority, const std::string& common_name,
                                   ByteView public_key, Instant now, std::chrono::hours lifetime);

// What the gateway wants to know of a certificate.
struct CertificateFacts {
    std::string serial;         // lower-case hexadecimal
    Digest fingerprint{};       // SHA-256 of its DER
    std::string common_name;    // empty when it has none
    std::string device_number;  // serialNumber of the subject, as IEEE 802.1AR names devices; may be empty
    Instant not_before{};
    Instant not_after{};
    Bytes public_key;
};
// Of the first certificate in the PEM text. invalid_input: there is none.
Result<CertificateFacts> facts_of(std::string_view pem);

// Whether the first certificate of `chain` (PEM) stands, by way of the others there, on one of `anchors`
// (PEM), and was good for client authentication at that time. denied otherwise; misconfigured: no anchors.
// `allow_rsa_2048`: keys of manufacturers' certificates that outlive recommendations.
Result<void> verify_client(std::string_view chain, std::string_view anchors, Instant when,
                           bool allow_rsa_2048 = false);

// A PKCS #7 SignedData without signatures that carries the certificates of the PEM text (RFC 5652 §5, as
// RFC 7030 §4.1.3 asks for), DER. invalid_input: none in it.
Result<Bytes> certificates_only(std::string_view pem);

}  // namespace edgeward::crypto
