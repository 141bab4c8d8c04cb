#pragma once

#include <array>
#include <cstdint>
#include <memory>

#include <edgeward/crypto/digest.hpp>
#include <edgeward/pseudonym/pseudonymizer.hpp>

#include "person.hpp"

namespace edgeward::vault {

// A person to remember for each number, made as the vault makes them: pseudonym and lookup are parts of
// digests.

inline crypto::Digest digest_of(std::uint8_t kind, std::uint32_t number) {
    const std::array<std::uint8_t, 5> octets{
        kind, static_cast<std::uint8_t>(number), static_cast<std::uint8_t>(number >> 8U),
        static_cast<std::uint8_t>(number >> 16U), static_cast<std::uint8_t>(number >> 24U)};
    return crypto::sha256(octets);
}

inline crypto::Digest lookup_of(std::uint32_t number) {
    return digest_of(1, number);
}

inline model::Pseudonym pseudonym_of(std::uint32_t number) {
    const auto digest = digest_of(2, number);
    return pseudonym::recall(ByteView(digest).first(16)).value();
}

inline Person person_of(std::uint32_t number, policy::Restriction restriction = policy::Restriction::none) {
    Secret key(ByteView(digest_of(3, number)));
    auto sealing = std::make_shared<const crypto::SealingKey>(key);
    return {number, {pseudonym_of(number), std::move(sealing), restriction}, std::move(key)};
}

// Whether the key of `subject` opens what the person with that number has sealed.
inline bool seals_like(const Subject& subject, std::uint32_t number) {
    const std::array<std::uint8_t, 3> content{1, 2, 3};
    return subject.data_key->open(person_of(number).subject.data_key->seal(content, {}), {}).has_value();
}

}  // namespace edgeward::vault
