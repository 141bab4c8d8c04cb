#pragma once

#include <edgeward/database/database.hpp>

namespace edgeward::access {

inline constexpr std::int64_t schema_version = 2;

// Brings the file to `schema_version`, each step in one transaction. misconfigured: the file is of a later
// version.
Result<void> migrate(database::Connection& database);

}  // namespace edgeward::access
