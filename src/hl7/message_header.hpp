#pragma once

#include <string_view>

#include <edgeward/core/time.hpp>
#include <edgeward/hl7/oru_message.hpp>

#include "segment_writer.hpp"

namespace edgeward::hl7 {

// What differs between the messages of one destination.
struct OutgoingHeader {
    std::string_view type;        // MSH-9: "ORU^R01^ORU_R01"
    std::string_view profile;     // MSH-21
    std::string_view control_id;  // MSH-10
    ZonedTime time;               // MSH-7
    std::string_view processing;  // MSH-11: P, T or D
};

// MSH as IHE PCD TF-2 appendix B.1 has it.
void write_msh(SegmentWriter& out, const OruSettings& settings, const OutgoingHeader& header);

// PID-5 of a person whose name is not told: type U, unknown.
inline constexpr std::string_view unknown_name = "^^^^^^U";

}  // namespace edgeward::hl7
