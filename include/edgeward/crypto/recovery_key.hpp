#pragma once

#include <string>

#include <edgeward/core/bytes.hpp>
#include <edgeward/core/result.hpp>
#include <edgeward/core/secret.hpp>
#include <edgeward/crypto/digest.hpp>

// A key pair whose private half is kept away from the machine: what is wrapped to the public half opens only
// with it. RSAES-OAEP with SHA-256 and MGF1-SHA-256 (RFC 8017, 7.1; 3072 bits as BSI TR-02102-1 asks for), so
// that any other tool with the private key opens it too:
//
//   openssl pkeyutl -decrypt -inkey recovery.key -pkeyopt rsa_padding_mode:oaep -pkeyopt rsa_oaep_md:sha256
//       -pkeyopt rsa_oaep_label:<hex>
//
// Threads: any.
namespace edgeward::crypto {

struct RecoveryPair {
    std::string public_key;  // PEM, SubjectPublicKeyInfo
    Secret private_key;      // PEM, PKCS#8, not encrypted
};

// A fresh pair of 3072 bits; takes some tenths of a second.
RecoveryPair make_recovery_pair();

// Errors of all: invalid_input when the PEM is no RSA key of 3072 to 8192 bits.

// SHA-256 over the DER SubjectPublicKeyInfo: names the key without being it.
Result<Digest> recovery_fingerprint(const std::string& public_pem);
// The same of a private key's public half.
Result<Digest> recovery_fingerprint(const Secret& private_pem);
// `key`: at most 64 octets. `label` is authenticated, not stored.
Result<Bytes> wrap_for_recovery(const std::string& public_pem, const Secret& key, ByteView label);
// corrupt: another key, another label or altered octets.
Result<Secret> unwrap_by_recovery(const Secret& private_pem, ByteView wrapped, ByteView label);

}  // namespace edgeward::crypto
