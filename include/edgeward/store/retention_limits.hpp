#pragma once

#include <cstdint>
#include <set>

#include <edgeward/core/bytes.hpp>
#include <edgeward/core/time.hpp>
#include <edgeward/model/pseudonym.hpp>

// What ObservationStore::retire() and forget_ids() go by, and what they tell.
namespace edgeward::store {

// What may go: content of reports that every destination is done with.
struct RetentionLimits {
    Instant clinical_before{};             // reports about a person received before
    Instant technical_before{};            // reports about none
    Instant dead_before{};                 // a dead letter that ended before counts as done with
    std::set<model::Pseudonym> kept = {};  // whose reports stay: legal hold, or restricted processing
};
struct Retired {
    std::uint64_t removed = 0;
    std::uint64_t looked_to = 0;  // number to go on behind
    bool finished = false;        // nothing older than the limits is left behind it
};
struct Forgotten {
    std::uint64_t removed = 0;
    Bytes looked_to;  // id to go on behind
    bool finished = false;
};

}  // namespace edgeward::store
