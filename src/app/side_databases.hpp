#pragma once

#include <vector>

#include <edgeward/backup/side_database.hpp>

namespace edgeward::app {

// Whatever else a restored installation needs beside store and vault: accounts and enrolled devices.
std::vector<backup::SideDatabase> side_databases();

}  // namespace edgeward::app
