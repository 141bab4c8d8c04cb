#include "account_schema.hpp"

#include <iterator>

#include <edgeward/database/schema_steps.hpp>

namespace edgeward::access {
namespace {

// docs/accounts-format.md. Times are milliseconds since 1970-01-01T00:00Z.
constexpr const char* version_1 = R"sql(
    CREATE TABLE accounts(
        number        INTEGER PRIMARY KEY AUTOINCREMENT,
        name          TEXT NOT NULL UNIQUE,
        roles         TEXT NOT NULL,
        ward          TEXT NOT NULL,
        disabled      INTEGER NOT NULL DEFAULT 0 CHECK(disabled IN (0, 1)),
        created       INTEGER NOT NULL,
        last_sign_in  INTEGER,
        password      BLOB,
        second_factor BLOB,
        used_step     INTEGER NOT NULL DEFAULT 0
    ) STRICT;
    CREATE TABLE invitations(
        digest  BLOB PRIMARY KEY CHECK(length(digest) = 32),
        account INTEGER UNIQUE REFERENCES accounts(number),
        expires INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE recovery_codes(
        account INTEGER NOT NULL REFERENCES accounts(number),
        digest  BLOB NOT NULL CHECK(length(digest) = 32),
        PRIMARY KEY(account, digest)
    ) STRICT, WITHOUT ROWID;
)sql";

// Security keys and passkeys.
constexpr const char* step_to_version_2 = R"sql(
    CREATE TABLE security_keys(
        number    INTEGER PRIMARY KEY AUTOINCREMENT,
        account   INTEGER NOT NULL REFERENCES accounts(number),
        digest    BLOB NOT NULL UNIQUE CHECK(length(digest) = 32),
        sealed    BLOB NOT NULL,
        counter   INTEGER NOT NULL CHECK(counter BETWEEN 0 AND 4294967295),
        name      TEXT NOT NULL,
        created   INTEGER NOT NULL,
        last_used INTEGER
    ) STRICT;
    CREATE INDEX security_keys_of_account ON security_keys(account);
)sql";

// Step n brings a file of version n to version n + 1.
constexpr const char* steps[] = {version_1, step_to_version_2};
static_assert(std::size(steps) == schema_version);

}  // namespace

Result<void> migrate(database::Connection& database) {
    return database::bring_up(database, "accounts.db", steps);
}

}  // namespace edgeward::access
