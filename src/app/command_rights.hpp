#pragma once

#include "command.hpp"

namespace edgeward::app {

// Words of `edgeward person`: rectify, restrict, restrict-lift, restrictions.
void add_rights_commands(CLI::App& person, const CommandOptions& options, int& exit);

}  // namespace edgeward::app
