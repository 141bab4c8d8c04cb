#pragma once

#include <edgeward/model/observation.hpp>

#include <cstdint>
#include <optional>
#include <string_view>

namespace edgeward::mapping {

// What names a measurement apart from its code and value.
struct IdFacts {
    std::string_view device;
    std::optional<std::uint64_t> sequence;
    bool time_from_receipt = false;  // then the time counts only where there is no sequence
};

// The deterministic name of an observation (model/observation.hpp; docs/mappings.md, "Names of
// observations").
model::ObservationId observation_id(const model::Observation& observation, const IdFacts& facts);

}  // namespace edgeward::mapping
