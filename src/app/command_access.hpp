#pragma once

#include "command.hpp"

namespace edgeward::app {

// `edgeward person access`.
void add_access_command(CLI::App& person, const CommandOptions& options, int& exit);

}  // namespace edgeward::app
