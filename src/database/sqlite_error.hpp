#pragma once

#include <string_view>

#include <edgeward/core/result.hpp>

struct sqlite3;

namespace edgeward::database {

// What an extended SQLite result code means for the caller (database.hpp); `system_errno` is the operating
// system's reason beside an input/output failure, 0 when there is none.
ErrorKind kind_of(int code, int system_errno) noexcept;
// The same for a file or folder that cannot be made or opened: exhausted without room, unavailable when the
// device fails (both may pass, and a service is started again), otherwise misconfigured.
ErrorKind kind_of_opening(int system_errno) noexcept;

// The failure `code` of `handle` as an error. The message has our words, SQLite's fixed text for the code and
// the number, never the statement and never a value; for mistakes in a statement SQLite's own words are in
// `foreign`.
Error sqlite_error(sqlite3* handle, int code, std::string_view activity);

// Takes the code of an earlier failure off the connection, so that what stands there belongs to the next
// call.
void forget_error(sqlite3* handle);

// Makes Statement::step notice pages that fail authentication; called once for a connection.
void watch_authentication(sqlite3* handle);

}  // namespace edgeward::database
