#pragma once

#include <string>

#include <edgeward/core/time.hpp>

namespace edgeward::hl7 {

// HL7 DTM with zone: 20261123194846.123+0100; without the fraction when it is zero. Years 0 to 9999.
std::string to_dtm(const ZonedTime& time);

}  // namespace edgeward::hl7
