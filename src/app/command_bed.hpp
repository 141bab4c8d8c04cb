#pragma once

#include <nlohmann/json_fwd.hpp>

namespace edgeward::app {

// Stays, one a line: bed, patient, authority, from, until.
void print_stays(const nlohmann::json& answer);

}  // namespace edgeward::app
