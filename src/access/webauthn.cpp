#include <edgeward/access/webauthn.hpp>

#include <fido.h>
#include <fido/eddsa.h>
#include <fido/es256.h>
#include <fido/rs256.h>
#include <openssl/evp.h>

#include <algorithm>
#include <memory>

#include <edgeward/crypto/digest.hpp>

#include "attestation_object.hpp"
#include "client_data.hpp"

namespace edgeward::access {
namespace {

template <auto release>
struct Release {
    template <typename Held>
    void operator()(Held* held) const {
        release(&held);
    }
};
using Credential = std::unique_ptr<fido_cred_t, Release<&fido_cred_free>>;
using Proof = std::unique_ptr<fido_assert_t, Release<&fido_assert_free>>;
struct ReleaseKey {
    void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
using Key = std::unique_ptr<EVP_PKEY, ReleaseKey>;

Error refused(const char* why) {
    return {ErrorKind::invalid_input, why};
}

// What both ceremonies ask of the authenticator's own statement.
Result<AuthenticatorHead> check_head(const RelyingParty& party, ByteView authenticator_data) {
    if (authenticator_data.size() > longest_authenticator_data + longest_credential_id)
        return failure(refused("authenticator data: too long"));
    auto head = read_authenticator_head(authenticator_data);
    if (!head) return head;
    const auto expected = crypto::sha256(bytes_of(party.id));
    if (!std::equal(expected.begin(), expected.end(), head->relying_party.begin()))
        return failure(refused("authenticator data: made for another relying party"));
    if (!head->user_present) return failure(refused("authenticator data: nobody was present"));
    return head;
}

// The first of our algorithms that the key is of; null: of none.
Credential credential_in(ByteView authenticator_data) {
    for (const auto algorithm : key_algorithms) {
        Credential made(fido_cred_new());
        if (made && fido_cred_set_type(made.get(), static_cast<int>(algorithm)) == FIDO_OK &&
            fido_cred_set_authdata_raw(made.get(), authenticator_data.data(), authenticator_data.size()) ==
                FIDO_OK)
            return made;
    }
    return nullptr;
}

// By the key itself, which is what remains when a browser has taken the maker's statement away.
bool signed_by_itself(fido_cred_t& credential, const RelyingParty& party, ByteView client_data,
                      ByteView statement) {
    const auto digest = crypto::sha256(client_data);
    return fido_cred_set_rp(&credential, party.id.c_str(), nullptr) == FIDO_OK &&
           fido_cred_set_clientdata_hash(&credential, digest.data(), digest.size()) == FIDO_OK &&
           fido_cred_set_fmt(&credential, "packed") == FIDO_OK &&
           fido_cred_set_attstmt(&credential, statement.data(), statement.size()) == FIDO_OK &&
           fido_cred_verify_self(&credential) == FIDO_OK;
}

template <auto make, auto release, auto fill, auto convert>
Key key_by(ByteView octets) {
    auto* held = make();
    Key made;
    if (held != nullptr && fill(held, octets.data(), octets.size()) == FIDO_OK) made.reset(convert(held));
    release(&held);
    return made;
}

// As OpenSSL has it; null: no key of that algorithm, such as a point that is not on the curve.
Key key_of(const PublicKey& key) {
    switch (key.algorithm) {
        case KeyAlgorithm::es256:
            return key_by<&es256_pk_new, &es256_pk_free, &es256_pk_from_ptr, &es256_pk_to_EVP_PKEY>(
                key.octets);
        case KeyAlgorithm::eddsa:
            return key_by<&eddsa_pk_new, &eddsa_pk_free, &eddsa_pk_from_ptr, &eddsa_pk_to_EVP_PKEY>(
                key.octets);
        case KeyAlgorithm::rs256:
            return key_by<&rs256_pk_new, &rs256_pk_free, &rs256_pk_from_ptr, &rs256_pk_to_EVP_PKEY>(
                key.octets);
    }
    return nullptr;
}

template <auto make, auto release, auto fill>
int verify_by(const fido_assert_t* proof, const PublicKey& key) {
    auto* held = make();
    int result = FIDO_ERR_INTERNAL;
    if (held != nullptr) result = fill(held, key.octets.data(), key.octets.size());
    if (result == FIDO_OK) result = fido_assert_verify(proof, 0, static_cast<int>(key.algorithm), held);
    release(&held);
    return result;
}

bool signed_by(const fido_assert_t* proof, const PublicKey& key) {
    switch (key.algorithm) {
        case KeyAlgorithm::es256:
            return verify_by<&es256_pk_new, &es256_pk_free, &es256_pk_from_ptr>(proof, key) == FIDO_OK;
        case KeyAlgorithm::eddsa:
            return verify_by<&eddsa_pk_new, &eddsa_pk_free, &eddsa_pk_from_ptr>(proof, key) == FIDO_OK;
        case KeyAlgorithm::rs256:
            return verify_by<&rs256_pk_new, &rs256_pk_free, &rs256_pk_from_ptr>(proof, key) == FIDO_OK;
    }
    return false;
}

Result<void> check_statement(const AttestationObject& object, fido_cred_t& credential,
                             const RelyingParty& party, ByteView client_data) {
    constexpr std::uint8_t empty_map = 0xA0;
    if (object.format == "none") {
        if (object.statement.size() == 1 && object.statement.front() == empty_map) return {};
        return failure(refused("attestation: a statement where none was said to be"));
    }
    if (object.format != "packed") return failure(refused("attestation: expected none, as was asked for"));
    if (!signed_by_itself(credential, party, client_data, object.statement))
        return failure(refused("attestation: not signed by the new key itself"));
    return {};
}

}  // namespace

std::string_view name_of(KeyAlgorithm algorithm) noexcept {
    switch (algorithm) {
        case KeyAlgorithm::es256:
            return "ES256";
        case KeyAlgorithm::eddsa:
            return "EdDSA";
        case KeyAlgorithm::rs256:
            return "RS256";
    }
    return "";
}

Result<NewSecurityKey> check_registration(const RelyingParty& party, ByteView challenge,
                                          const Registration& registration) {
    if (auto fine = check_client_data(registration.client_data, "webauthn.create", challenge, party); !fine)
        return failure(std::move(fine.error()));
    if (registration.attestation.size() > longest_attestation)
        return failure(refused("attestation object: too long"));
    const auto object = read_attestation_object(registration.attestation);
    if (!object) return failure(object.error());
    const auto head = check_head(party, object->authenticator_data);
    if (!head) return failure(head.error());
    const Credential credential = credential_in(object->authenticator_data);
    if (!credential) return failure(refused("authenticator data: no key of ES256, EdDSA or RS256"));
    if (auto fine = check_statement(*object, *credential, party, registration.client_data); !fine)
        return failure(std::move(fine.error()));
    const ByteView id(fido_cred_id_ptr(credential.get()), fido_cred_id_len(credential.get()));
    if (id.empty() || id.size() > longest_credential_id)
        return failure(refused("credential id: expected 1 to 1023 octets"));
    const ByteView key(fido_cred_pubkey_ptr(credential.get()), fido_cred_pubkey_len(credential.get()));
    NewSecurityKey made{{id.begin(), id.end()},
                        {static_cast<KeyAlgorithm>(fido_cred_type(credential.get())), {}},
                        head->counter};
    made.key.octets.assign(key.begin(), key.end());
    if (!key_of(made.key)) return failure(refused("public key: none of its algorithm"));
    return made;
}

Result<std::uint32_t> check_assertion(const RelyingParty& party, ByteView challenge,
                                      const Assertion& assertion, const PublicKey& key) {
    if (auto fine = check_client_data(assertion.client_data, "webauthn.get", challenge, party); !fine)
        return failure(std::move(fine.error()));
    const auto head = check_head(party, assertion.authenticator_data);
    if (!head) return failure(head.error());
    if (assertion.signature.empty() || assertion.signature.size() > longest_signature)
        return failure(refused("signature: expected 1 to 512 octets"));
    const auto digest = crypto::sha256(assertion.client_data);
    const Proof proof(fido_assert_new());
    const bool readable =
        proof && fido_assert_set_rp(proof.get(), party.id.c_str()) == FIDO_OK &&
        fido_assert_set_up(proof.get(), FIDO_OPT_TRUE) == FIDO_OK &&
        fido_assert_set_clientdata_hash(proof.get(), digest.data(), digest.size()) == FIDO_OK &&
        fido_assert_set_count(proof.get(), 1) == FIDO_OK &&
        fido_assert_set_authdata_raw(proof.get(), 0, assertion.authenticator_data.data(),
                                     assertion.authenticator_data.size()) == FIDO_OK &&
        fido_assert_set_sig(proof.get(), 0, assertion.signature.data(), assertion.signature.size()) ==
            FIDO_OK;
    if (!readable) return failure(refused("authenticator data: not readable"));
    if (!signed_by(proof.get(), key)) return failure(refused("signature: not by this key"));
    return head->counter;
}

}  // namespace edgeward::access
