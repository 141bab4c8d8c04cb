#include <array>
#include <string_view>

#include "person_seal.hpp"

namespace edgeward::vault {
namespace {

constexpr std::string_view lookup_info = "edgeward/vault/1/lookup";
constexpr std::string_view document_purpose = "edgeward/vault/1/consent";

std::string_view purpose_of(Part part) noexcept {
    switch (part) {
        case Part::secret:
            return "edgeward/vault/1/secret";
        case Part::data_key:
            return "edgeward/vault/1/data-key";
        case Part::identity:
            return "edgeward/vault/1/identity";
    }
    return {};
}

Bytes context_of(std::string_view purpose, ByteView of) {
    const auto octets = bytes_of(purpose);
    Bytes context(octets.begin(), octets.end());
    context.insert(context.end(), of.begin(), of.end());
    return context;
}

Bytes context_of(Part part, const model::Pseudonym& subject) {
    return context_of(purpose_of(part), subject.octets());
}

}  // namespace

Result<PersonSeal> PersonSeal::make(const crypto::KeyRing& keys) {
    const auto key = keys.key(crypto::key_name::person);
    if (!key) return failure(key.error());
    return PersonSeal(*key, crypto::hkdf_sha256(*key, lookup_info));
}

crypto::Digest PersonSeal::lookup(const model::PatientIdentifier& identifier) const {
    const auto size = static_cast<std::uint32_t>(identifier.authority.size());
    const std::array<std::uint8_t, 4> length{
        static_cast<std::uint8_t>(size >> 24U), static_cast<std::uint8_t>(size >> 16U),
        static_cast<std::uint8_t>(size >> 8U), static_cast<std::uint8_t>(size)};
    return lookup_key_.of({length, bytes_of(identifier.authority), bytes_of(identifier.value)});
}

Bytes PersonSeal::seal(Part part, const model::Pseudonym& subject, ByteView content) const {
    return sealing_.seal(content, context_of(part, subject));
}

Result<Secret> PersonSeal::open(Part part, const model::Pseudonym& subject, ByteView sealed) const {
    return sealing_.open(sealed, context_of(part, subject));
}

Bytes PersonSeal::seal_document(const crypto::Digest& fingerprint, ByteView content) const {
    return sealing_.seal(content, context_of(document_purpose, fingerprint));
}

Result<Secret> PersonSeal::open_document(const crypto::Digest& fingerprint, ByteView sealed) const {
    return sealing_.open(sealed, context_of(document_purpose, fingerprint));
}

}  // namespace edgeward::vault
