#pragma once

#include <map>
#include <string>
#include <string_view>

namespace edgeward::app {

// What each setting means: the comments of a configuration file such as the shipped one, by the setting's
// path without list positions ("mqtt.port", "destination.hl7.host"). A comment stands above its setting, and
// above further ones that follow without one; in tables that are only shown ("# [[device]]") it ends the
// line.
std::map<std::string, std::string, std::less<>> setting_notes(std::string_view file);

// "destination[2].hl7.host" → "destination.hl7.host"
std::string without_positions(std::string_view path);

}  // namespace edgeward::app
