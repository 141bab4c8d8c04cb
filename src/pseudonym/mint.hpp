#pragma once

#include <array>
#include <cstdint>

#include <edgeward/model/pseudonym.hpp>

namespace edgeward::pseudonym {

// The only maker of model::Pseudonym. Private to this module: derived from a secret or recalled from our own
// files.
class PseudonymMint {
public:
    [[nodiscard]] static model::Pseudonym strike(const std::array<std::uint8_t, 16>& octets) {
        return model::Pseudonym(octets);
    }
};

}  // namespace edgeward::pseudonym
