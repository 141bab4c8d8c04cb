#pragma once

#include <edgeward/database/database.hpp>

struct sqlite3;

namespace edgeward::database {

// SQLite's handle of a connection, for the other sources of this module.
class ConnectionHandle {
public:
    static sqlite3* of(Connection& connection) noexcept;
};

}  // namespace edgeward::database
