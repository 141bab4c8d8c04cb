#include <sqlcipher/sqlite3.h>

#include <cerrno>
#include <string>

#include "sqlite_error.hpp"

namespace edgeward::database {
namespace {

bool no_room(int system_errno) noexcept {
    return system_errno == ENOSPC || system_errno == EDQUOT;
}

ErrorKind kind_of_io(int code, int system_errno) noexcept {
    if (no_room(system_errno)) return ErrorKind::exhausted;
    switch (code) {
        case SQLITE_IOERR_NOMEM:
        case SQLITE_IOERR_SHMSIZE:  // the shared-memory file could not grow
            return ErrorKind::exhausted;
        case SQLITE_IOERR_CORRUPTFS:
        case SQLITE_IOERR_DATA:
        case SQLITE_IOERR_SHORT_READ:
            return ErrorKind::corrupt;
        default:
            return ErrorKind::unavailable;
    }
}

// SQLite has words of its own for each mistake in a statement; only SQLCipher sets the bare code, when a page
// fails authentication.
void explain(Error& error, std::string_view words) {
    if (words != sqlite3_errstr(SQLITE_ERROR)) {
        error.foreign = words;
        return;
    }
    error.kind = ErrorKind::corrupt;
    error.message = "a page fails authentication";
}

}  // namespace

ErrorKind kind_of_opening(int system_errno) noexcept {
    if (no_room(system_errno)) return ErrorKind::exhausted;
    return system_errno == EIO ? ErrorKind::unavailable : ErrorKind::misconfigured;
}

ErrorKind kind_of(int code, int system_errno) noexcept {
    switch (code & 0xFF) {
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
        case SQLITE_INTERRUPT:
        case SQLITE_PROTOCOL:
        case SQLITE_SCHEMA:
            return ErrorKind::unavailable;
        case SQLITE_FULL:
        case SQLITE_NOMEM:
            return ErrorKind::exhausted;
        case SQLITE_IOERR:
            return kind_of_io(code, system_errno);
        case SQLITE_CORRUPT:
        case SQLITE_NOTADB:
            return ErrorKind::corrupt;
        case SQLITE_CONSTRAINT:
        case SQLITE_MISMATCH:
        case SQLITE_RANGE:
        case SQLITE_TOOBIG:
            return ErrorKind::invalid_input;
        case SQLITE_CANTOPEN:
            return kind_of_opening(system_errno);
        // A statement that does not fit the schema, a read-only file, a forbidden action.
        default:
            return ErrorKind::misconfigured;
    }
}

Error sqlite_error(sqlite3* handle, int code, std::string_view activity) {
    const int system_errno = handle == nullptr ? 0 : sqlite3_system_errno(handle);
    Error error{kind_of(code, system_errno), sqlite3_errstr(code)};
    error.message.append(" (SQLite ").append(std::to_string(code)).append(")");
    if (code == SQLITE_ERROR && handle != nullptr) explain(error, sqlite3_errmsg(handle));
    return std::move(error).during(activity);
}

void forget_error(sqlite3* handle) {
    if (const int code = sqlite3_errcode(handle);
        code == SQLITE_OK || code == SQLITE_ROW || code == SQLITE_DONE)
        return;
    sqlite3_exec(handle, "", nullptr, nullptr, nullptr);  // the cheapest call that sets the code to SQLITE_OK
}

}  // namespace edgeward::database
