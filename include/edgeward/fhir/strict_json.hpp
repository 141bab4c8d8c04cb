#pragma once

#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include <edgeward/core/result.hpp>

namespace edgeward::fhir {

// invalid_input: not a JSON object, a name twice in one object, or more than 64 levels.
Result<nlohmann::json> parse_strictly(std::string_view text);

}  // namespace edgeward::fhir
