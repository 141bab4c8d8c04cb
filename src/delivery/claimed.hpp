#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include <edgeward/core/time.hpp>
#include <edgeward/model/pseudonym.hpp>
#include <edgeward/store/delivery.hpp>

namespace edgeward::delivery {

// From which end of a destination's queue reports were claimed.
enum class Claim : std::uint8_t { pending, fresh, parked };

struct Claimed {
    std::vector<store::Delivery> rows;
    Claim claim = Claim::pending;
};

// A person whose message the peer would not take now.
struct Parked {
    model::Pseudonym subject;
    MonotonicTime due;
    std::size_t in_memory = 0;     // of its parked reports; more are claimed when they are done
    std::uint64_t deliveries = 0;  // of the whole destination when it was parked
    bool unknown_case = false;     // the peer does not know the person or the case yet
};

}  // namespace edgeward::delivery
