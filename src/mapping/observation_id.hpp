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
    std::string_view order = {};     // filler number of a laboratory's order
};

// The deterministic name of an observation (model/observation.hpp; docs/mappings.md, "Names of
// observations").
// Its result status counts too, unless it is unverified: a value that is confirmed or withdrawn is another
// message about the same result.
model::ObservationId observation_id(const model::Observation& observation, const IdFacts& facts);

// What all versions of a result share: the same without value and status, and with an order also without its
// time, which may be corrected as well.
model::ResultKey result_key(const model::Observation& observation, const IdFacts& facts);
// What the results of one order of a device share.
model::ResultKey order_key(std::string_view device, std::string_view filler);

}  // namespace edgeward::mapping
