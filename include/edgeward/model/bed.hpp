#pragma once

#include <string>

#include <edgeward/model/report.hpp>

namespace edgeward::model {

// The bed by one name, "ward^room^bed" without what is missing at the end ("ITS1^^B3", "ITS1^2"); empty when
// nothing is known. Patient administration and devices mean the same bed when their names are equal.
std::string bed_name(const Location& location);

}  // namespace edgeward::model
