#pragma once

#include <cstddef>
#include <cstring>

#include <edgeward/model/pseudonym.hpp>

namespace edgeward::vault {

struct PseudonymHash {
    std::size_t operator()(const model::Pseudonym& pseudonym) const noexcept {
        std::size_t hash = 0;  // the octets are evenly spread
        std::memcpy(&hash, pseudonym.octets().data(), sizeof hash);
        return hash;
    }
};

}  // namespace edgeward::vault
