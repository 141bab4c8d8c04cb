#include "book_schema.hpp"

#include <iterator>

#include <edgeward/database/schema_steps.hpp>

namespace edgeward::enrolment {
namespace {

// docs/devices-format.md. Times are milliseconds since 1970-01-01T00:00Z.
constexpr const char* version_1 = R"sql(
    CREATE TABLE devices(
        id       TEXT PRIMARY KEY,
        kind     TEXT NOT NULL,
        ward     TEXT NOT NULL,
        room     TEXT NOT NULL,
        bed      TEXT NOT NULL,
        serial   TEXT NOT NULL,
        eui64    TEXT NOT NULL,
        software TEXT NOT NULL,
        origin   TEXT NOT NULL,
        revoked  INTEGER NOT NULL CHECK(revoked IN (0, 1)),
        since    INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE certificates(
        number      INTEGER PRIMARY KEY,
        device      TEXT NOT NULL REFERENCES devices(id),
        fingerprint BLOB NOT NULL UNIQUE CHECK(length(fingerprint) = 32),
        key         BLOB NOT NULL CHECK(length(key) = 32),
        serial      TEXT NOT NULL,
        pem         TEXT NOT NULL,
        not_before  INTEGER NOT NULL,
        not_after   INTEGER NOT NULL,
        given_by    TEXT NOT NULL,
        revoked     INTEGER
    ) STRICT;
    CREATE INDEX certificates_of_device ON certificates(device, number);
    CREATE TABLE requests(
        number   INTEGER PRIMARY KEY AUTOINCREMENT,
        key      BLOB NOT NULL UNIQUE CHECK(length(key) = 32),
        device   TEXT NOT NULL,
        kind     TEXT NOT NULL,
        ward     TEXT NOT NULL,
        room     TEXT NOT NULL,
        bed      TEXT NOT NULL,
        serial   TEXT NOT NULL,
        eui64    TEXT NOT NULL,
        software TEXT NOT NULL,
        origin   TEXT NOT NULL,
        first    INTEGER NOT NULL,
        last     INTEGER NOT NULL,
        state    INTEGER NOT NULL CHECK(state IN (1, 2, 3))
    ) STRICT;
    CREATE TABLE tokens(
        number   INTEGER PRIMARY KEY AUTOINCREMENT,
        digest   BLOB NOT NULL UNIQUE CHECK(length(digest) = 32),
        device   TEXT NOT NULL,
        kind     TEXT NOT NULL,
        ward     TEXT NOT NULL,
        room     TEXT NOT NULL,
        bed      TEXT NOT NULL,
        serial   TEXT NOT NULL,
        eui64    TEXT NOT NULL,
        software TEXT NOT NULL,
        expires  INTEGER NOT NULL,
        used     BLOB CHECK(length(used) = 32)
    ) STRICT;
)sql";

constexpr const char* version_2 = R"sql(
    CREATE TABLE accounts(
        device TEXT PRIMARY KEY REFERENCES devices(id),
        since  INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
)sql";

// Step n brings a file of version n to version n + 1.
constexpr const char* steps[] = {version_1, version_2};
static_assert(std::size(steps) == book_version);

}  // namespace

Result<void> migrate(database::Connection& database) {
    return database::bring_up(database, "devices.db", steps);
}

}  // namespace edgeward::enrolment
