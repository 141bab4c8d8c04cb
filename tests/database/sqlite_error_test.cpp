#include "sqlite_error.hpp"

#include <sqlcipher/sqlite3.h>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <cerrno>

namespace edgeward::database {
namespace {

TEST_CASE("a folder that cannot be made for want of room is no mistake of the operator", "[sqlite_error]") {
    CHECK(kind_of_opening(ENOSPC) == ErrorKind::exhausted);
    CHECK(kind_of_opening(EDQUOT) == ErrorKind::exhausted);
    CHECK(kind_of_opening(EIO) == ErrorKind::unavailable);
    CHECK(kind_of_opening(ENOENT) == ErrorKind::misconfigured);
    CHECK(kind_of_opening(EACCES) == ErrorKind::misconfigured);
    CHECK(kind_of_opening(EROFS) == ErrorKind::misconfigured);
}

TEST_CASE("a result code says what the caller can do", "[sqlite_error]") {
    struct Case {
        int code;
        int system_errno;
        ErrorKind kind;
    };
    // Result codes and their meaning: sqlite.org/rescode.html.
    const auto row = GENERATE(values<Case>({
        {SQLITE_BUSY, 0, ErrorKind::unavailable},
        {SQLITE_BUSY_SNAPSHOT, 0, ErrorKind::unavailable},
        {SQLITE_LOCKED, 0, ErrorKind::unavailable},
        {SQLITE_FULL, 0, ErrorKind::exhausted},
        {SQLITE_NOMEM, 0, ErrorKind::exhausted},
        {SQLITE_IOERR_WRITE, ENOSPC, ErrorKind::exhausted},
        {SQLITE_IOERR_FSYNC, EDQUOT, ErrorKind::exhausted},
        {SQLITE_IOERR_SHMSIZE, 0, ErrorKind::exhausted},
        {SQLITE_IOERR_WRITE, EIO, ErrorKind::unavailable},
        {SQLITE_IOERR_READ, EIO, ErrorKind::unavailable},
        {SQLITE_IOERR_SHORT_READ, 0, ErrorKind::corrupt},
        {SQLITE_CORRUPT_INDEX, 0, ErrorKind::corrupt},
        {SQLITE_NOTADB, 0, ErrorKind::corrupt},
        {SQLITE_CONSTRAINT_UNIQUE, 0, ErrorKind::invalid_input},
        {SQLITE_TOOBIG, 0, ErrorKind::invalid_input},
        {SQLITE_CANTOPEN, ENOENT, ErrorKind::misconfigured},
        {SQLITE_CANTOPEN, ENOSPC, ErrorKind::exhausted},
        {SQLITE_CANTOPEN, EIO, ErrorKind::unavailable},
        {SQLITE_READONLY, 0, ErrorKind::misconfigured},
        {SQLITE_ERROR, 0, ErrorKind::misconfigured},
    }));
    CAPTURE(row.code, row.system_errno);
    CHECK(kind_of(row.code, row.system_errno) == row.kind);
}

TEST_CASE("an error names the activity the fixed text and the number", "[sqlite_error]") {
    const Error error = sqlite_error(nullptr, SQLITE_FULL, "commit");
    CHECK(error.message == "commit: database or disk is full (SQLite 13)");
    CHECK(error.foreign.empty());
}

}  // namespace
}  // namespace edgeward::database
