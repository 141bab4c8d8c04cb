#pragma once

#include <string>
#include <string_view>

#include <edgeward/model/report.hpp>

namespace edgeward::model {

// The bed by one name, "ward^room^bed" without what is missing at the end ("ITS1^^B3", "ITS1^2"); empty when
// nothing is known. A bed of another facility has its name behind that ("ITS1^^B3^KH2"): two houses may have
// a ward of the same name. Patient administration and devices mean the same bed when their names are equal.
std::string bed_name(const Location& location, std::string_view other_facility = {});

}  // namespace edgeward::model
