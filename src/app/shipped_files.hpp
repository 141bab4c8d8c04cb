#pragma once

#include <map>
#include <string>
#include <string_view>

namespace edgeward::app {

// The configuration files this version ships, by their path below config/.
const std::map<std::string, std::string_view, std::less<>>& shipped_files();

}  // namespace edgeward::app
