#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include <edgeward/core/bytes.hpp>
#include <edgeward/core/time.hpp>
#include <edgeward/model/age_band.hpp>

namespace edgeward::vault {

// What IdentityVault::generalise() is asked, and what it gives: no identity, and nothing from which one could
// be computed.
struct Generalisation {
    std::string_view domain;
    ByteView of;  // names what the number is for
    Instant when{};
    model::AgeBanding ages;
};
struct Generalised {
    std::uint64_t spread = 0;  // pseudonym::Pseudonymizer::domain_spread
    std::optional<model::AgeBand> age;
};

}  // namespace edgeward::vault
