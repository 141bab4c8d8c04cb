#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include <edgeward/mapping/mapping.hpp>

#include "value_reader.hpp"

namespace edgeward::mapping {

// How many values were left out, by Refusal.
using RefusalCounts = std::array<std::uint64_t, refusal_count>;

// What a mapping gives in the end: the reports with any observation in them, those of a device alone without
// a patient, and the reasons for which values were left out.
MappedMessage mapped_message(std::vector<model::IdentifiedReport> reports, const RefusalCounts& refused);

}  // namespace edgeward::mapping
