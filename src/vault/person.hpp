#pragma once

#include <cstdint>

#include <edgeward/core/secret.hpp>
#include <edgeward/vault/identity_vault.hpp>

namespace edgeward::vault {

using PersonId = std::int64_t;

struct Person {
    PersonId id = 0;
    Subject subject;
    Secret data_key;  // the octets of subject.data_key, for who remembers it
};

}  // namespace edgeward::vault
