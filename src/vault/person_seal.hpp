#pragma once

#include <cstdint>

#include <edgeward/crypto/digest.hpp>
#include <edgeward/crypto/hmac_key.hpp>
#include <edgeward/crypto/key_ring.hpp>
#include <edgeward/crypto/seal.hpp>
#include <edgeward/model/identity.hpp>
#include <edgeward/model/pseudonym.hpp>

namespace edgeward::vault {

// What of a person is sealed, each for itself.
enum class Part : std::uint8_t { secret, data_key, identity };

// The keys of the vault's rows: even the decrypted database file has no identifier, name or key in clear.
//
//   sealed part = AES-256-GCM(key "person", context = "edgeward/vault/1/" part ‖ pseudonym)
//   lookup      = HMAC-SHA-256(HKDF(key "person", "edgeward/vault/1/lookup"),
//                              length of authority (4 octets, big-endian) ‖ authority ‖ value)
//
// Threads: any.
class PersonSeal {
public:
    // misconfigured when the ring has no key "person".
    static Result<PersonSeal> make(const crypto::KeyRing& keys);

    [[nodiscard]] crypto::Digest lookup(const model::PatientIdentifier& identifier) const;
    [[nodiscard]] Bytes seal(Part part, const model::Pseudonym& subject, ByteView content) const;
    [[nodiscard]] Result<Secret> open(Part part, const model::Pseudonym& subject, ByteView sealed) const;
    // The same for what names a consent document, tied to its row's fingerprint: the document goes along when
    // its person is merged into another.
    [[nodiscard]] Bytes seal_document(const crypto::Digest& fingerprint, ByteView content) const;
    [[nodiscard]] Result<Secret> open_document(const crypto::Digest& fingerprint, ByteView sealed) const;

private:
    PersonSeal(const Secret& key, const Secret& lookup_key) : sealing_(key), lookup_key_(lookup_key) {}
    crypto::SealingKey sealing_;
    crypto::HmacKey lookup_key_;
};

}  // namespace edgeward::vault
