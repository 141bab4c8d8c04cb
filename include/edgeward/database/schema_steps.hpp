#pragma once

#include <span>
#include <string_view>

#include <edgeward/core/result.hpp>
#include <edgeward/database/database.hpp>

namespace edgeward::database {

// Brings a file to the newest schema: `steps[n]` is the SQL that makes version n + 1 of version n, each in a
// transaction of its own. A file that is there already is left alone. `file`: its name, for messages.
// Errors: misconfigured (the file is of a later version and stays untouched), those of the database.
Result<void> bring_up(Connection& database, std::string_view file, std::span<const char* const> steps);

}  // namespace edgeward::database
