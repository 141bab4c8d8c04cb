#pragma once

#include <chrono>
#include <string>
#include <vector>

#include <edgeward/core/result.hpp>
#include <edgeward/core/secret.hpp>
#include <edgeward/core/time.hpp>

// X.509 v3 certificates (RFC 5280) on EC P-384 keys, signed with ECDSA and SHA-384, for a private
// certification authority: evaluation now, device enrolment on the same ground. Threads: any.
namespace edgeward::crypto {

struct CertifiedKey {
    std::string certificate;  // PEM
    Secret key;               // PEM, PKCS#8, not encrypted
};

enum class CertificateUse : std::uint8_t { server, client, server_and_client };

struct CertificateRequest {
    std::string common_name;             // 1 to 64 characters
    std::vector<std::string> dns_names;  // subjectAltName
    std::vector<std::string> addresses;  // subjectAltName, IPv4 or IPv6
    CertificateUse use = CertificateUse::client;
    std::chrono::hours lifetime{24 * 397};
};

// A self-signed authority that may sign end entities only (pathlen 0). invalid_input: unusable name.
Result<CertifiedKey> make_authority(const std::string& common_name, Instant now, std::chrono::hours lifetime);
// A certificate of `authority` with a fresh key. invalid_input: unusable name or address, not an authority.
Result<CertifiedKey> issue_certificate(const CertifiedKey& authority, const CertificateRequest& request,
                                       Instant now);

// The authority's certificate revocation list (PEM, RFC 5280 §5) naming these certificates (PEM), and those
// of which only the serial number (hexadecimal) is known. invalid_input: not an authority, or not
// certificates.
Result<std::string> make_revocation_list(const CertifiedKey& authority,
                                         const std::vector<std::string>& revoked, Instant now,
                                         std::chrono::hours lifetime,
                                         const std::vector<std::string>& serials = {});
// The serial numbers (lower-case hexadecimal) on those lists of a PEM text that the authority has signed.
// invalid_input: not an authority.
Result<std::vector<std::string>> revoked_serials(std::string_view lists, const CertifiedKey& authority);

}  // namespace edgeward::crypto
