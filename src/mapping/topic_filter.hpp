#pragma once

#include <string>
#include <string_view>

namespace edgeward::mapping {

// Is this an MQTT topic filter? MQTT 5.0 §4.7.1: "+" and "#" stand alone between slashes, "#" only at the
// end.
bool is_topic_filter(std::string_view filter) noexcept;

// Does a topic match the filter? Wildcards at the beginning do not match topics that begin with "$" (§4.7.2).
bool matches_topic(std::string_view filter, std::string_view topic) noexcept;

}  // namespace edgeward::mapping
