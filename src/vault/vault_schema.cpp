#include "vault_schema.hpp"

#include <iterator>

#include <edgeward/database/schema_steps.hpp>

namespace edgeward::vault {
namespace {

// docs/vault-format.md. Times are milliseconds since 1970-01-01T00:00Z.
constexpr const char* version_1 = R"sql(
    CREATE TABLE persons(
        id       INTEGER PRIMARY KEY,
        subject  BLOB NOT NULL UNIQUE CHECK(length(subject) = 16),
        secret   BLOB NOT NULL,
        data_key BLOB NOT NULL,
        identity BLOB NOT NULL,
        created  INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE identifiers(
        lookup BLOB PRIMARY KEY CHECK(length(lookup) = 32),
        person INTEGER NOT NULL REFERENCES persons(id) ON DELETE CASCADE
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX identifiers_of_person ON identifiers(person);
    CREATE TABLE associations(
        id     INTEGER PRIMARY KEY AUTOINCREMENT,
        device TEXT NOT NULL,
        person INTEGER NOT NULL REFERENCES persons(id) ON DELETE CASCADE,
        starts INTEGER NOT NULL,
        ends   INTEGER CHECK(ends > starts)
    ) STRICT;
    CREATE INDEX associations_of_device ON associations(device, starts);
    CREATE INDEX associations_of_person ON associations(person);
    CREATE TABLE consents(
        id       INTEGER PRIMARY KEY,
        person   INTEGER NOT NULL REFERENCES persons(id) ON DELETE CASCADE,
        purpose  TEXT NOT NULL,
        given    INTEGER NOT NULL CHECK(given IN (0, 1)),
        starts   INTEGER NOT NULL,
        ends     INTEGER NOT NULL CHECK(ends > starts),
        recorded INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX consents_of_person ON consents(person, purpose);
)sql";

// Audit records of changes, until the audit log has them.
constexpr const char* version_2 = R"sql(
    CREATE TABLE changes(
        id     INTEGER PRIMARY KEY AUTOINCREMENT,
        name   BLOB NOT NULL UNIQUE CHECK(length(name) = 16),
        record BLOB NOT NULL
    ) STRICT;
)sql";

// How far the erasure ledger (erasure_ledger.hpp) has been carried out in this file.
constexpr const char* version_3 = R"sql(
    CREATE TABLE erasure_state(
        id      INTEGER PRIMARY KEY CHECK(id = 1),
        entries INTEGER NOT NULL,
        link    BLOB NOT NULL CHECK(length(link) = 32)
    ) STRICT;
    INSERT INTO erasure_state(id, entries, link) VALUES(1, 0, zeroblob(32));
)sql";

// Persons in beds (stay_table.hpp, visit_table.hpp), devices at beds (placement_table.hpp), merged persons.
constexpr const char* version_4 = R"sql(
    CREATE TABLE merges(
        ended    INTEGER PRIMARY KEY REFERENCES persons(id) ON DELETE CASCADE,
        survivor INTEGER NOT NULL REFERENCES persons(id) ON DELETE CASCADE CHECK(survivor != ended)
    ) STRICT;
    CREATE INDEX merges_by_survivor ON merges(survivor);
    CREATE TABLE visits(
        id        INTEGER PRIMARY KEY,
        person    INTEGER NOT NULL REFERENCES persons(id) ON DELETE CASCADE,
        number    BLOB UNIQUE CHECK(length(number) = 32),
        account   BLOB CHECK(length(account) = 32),
        cancelled INTEGER
    ) STRICT;
    CREATE INDEX visits_of_person ON visits(person);
    CREATE INDEX visits_of_account ON visits(account);
    CREATE TABLE movements(
        id        INTEGER PRIMARY KEY AUTOINCREMENT,
        visit     INTEGER NOT NULL REFERENCES visits(id) ON DELETE CASCADE,
        kind      INTEGER NOT NULL CHECK(kind IN (1, 2, 3)),
        mark      BLOB UNIQUE CHECK(length(mark) = 32),
        bed       TEXT NOT NULL,
        happened  INTEGER NOT NULL,
        recorded  INTEGER NOT NULL,
        cancelled INTEGER NOT NULL CHECK(cancelled IN (0, 1))
    ) STRICT;
    CREATE INDEX movements_of_visit ON movements(visit, happened);
    CREATE TABLE stays(
        id     INTEGER PRIMARY KEY,
        visit  INTEGER NOT NULL REFERENCES visits(id) ON DELETE CASCADE,
        bed    TEXT NOT NULL CHECK(bed != ''),
        starts INTEGER NOT NULL,
        ends   INTEGER CHECK(ends > starts)
    ) STRICT;
    CREATE INDEX stays_in_bed ON stays(bed, starts);
    CREATE INDEX stays_of_visit ON stays(visit);
    CREATE TABLE placements(
        id     INTEGER PRIMARY KEY AUTOINCREMENT,
        device TEXT NOT NULL,
        bed    TEXT NOT NULL CHECK(bed != ''),
        starts INTEGER NOT NULL,
        ends   INTEGER CHECK(ends > starts)
    ) STRICT;
    CREATE INDEX placements_of_device ON placements(device, starts);
    CREATE TABLE movement_messages(
        fingerprint BLOB PRIMARY KEY CHECK(length(fingerprint) = 32),
        received    INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX movement_messages_by_age ON movement_messages(received);
)sql";

// What stored reports have to be held against (place_change_table.hpp).
constexpr const char* version_5 = R"sql(
    CREATE TABLE place_changes(
        id     INTEGER PRIMARY KEY AUTOINCREMENT,
        device TEXT NOT NULL,
        bed    TEXT NOT NULL,
        starts INTEGER NOT NULL,
        ends   INTEGER CHECK(ends > starts)
    ) STRICT;
)sql";

// Legal holds (hold_table.hpp) and requests to erase (request_table.hpp).
constexpr const char* version_6 = R"sql(
    CREATE TABLE holds(
        id          INTEGER PRIMARY KEY AUTOINCREMENT,
        person      INTEGER NOT NULL REFERENCES persons(id) ON DELETE CASCADE,
        reason      TEXT NOT NULL,
        set_at      INTEGER NOT NULL,
        set_by      TEXT NOT NULL,
        ends        INTEGER CHECK(ends > set_at),
        released_at INTEGER,
        released_by TEXT
    ) STRICT;
    CREATE INDEX holds_of_person ON holds(person);
    CREATE TABLE erasure_requests(
        number       INTEGER PRIMARY KEY AUTOINCREMENT,
        state        INTEGER NOT NULL CHECK(state IN (1, 2, 3, 4)),
        subject      BLOB CHECK(length(subject) = 16),
        reason       TEXT NOT NULL,
        requested_at INTEGER NOT NULL,
        requested_by TEXT NOT NULL,
        decided_at   INTEGER,
        decided_by   TEXT,
        rejection    TEXT,
        gives_up     INTEGER NOT NULL CHECK(gives_up IN (0, 1)),
        journal      TEXT,
        certificate  TEXT
    ) STRICT;
)sql";

// Consents as documents and what they say (consent_document_table.hpp).
constexpr const char* version_7 = R"sql(
    CREATE TABLE consent_documents(
        id            INTEGER PRIMARY KEY AUTOINCREMENT,
        person        INTEGER NOT NULL REFERENCES persons(id) ON DELETE CASCADE,
        by_identifier BLOB CHECK(length(by_identifier) = 32),
        by_id         BLOB CHECK(length(by_id) = 32),
        status        INTEGER NOT NULL CHECK(status BETWEEN 1 AND 6),
        version       INTEGER,
        fingerprint   BLOB NOT NULL CHECK(length(fingerprint) = 32),
        content       BLOB NOT NULL,
        recorded      INTEGER NOT NULL,
        superseded    INTEGER
    ) STRICT;
    CREATE INDEX consent_documents_of_person ON consent_documents(person);
    CREATE INDEX consent_documents_by_identifier ON consent_documents(by_identifier);
    CREATE INDEX consent_documents_by_id ON consent_documents(by_id);
    CREATE TABLE consent_provisions(
        document INTEGER NOT NULL REFERENCES consent_documents(id) ON DELETE CASCADE,
        code     INTEGER NOT NULL,
        permit   INTEGER NOT NULL CHECK(permit IN (0, 1)),
        starts   INTEGER NOT NULL,
        ends     INTEGER NOT NULL CHECK(ends > starts)
    ) STRICT;
    CREATE INDEX consent_provisions_of_document ON consent_provisions(document);
)sql";

// Restrictions of processing (restriction_table.hpp).
constexpr const char* version_8 = R"sql(
    CREATE TABLE restrictions(
        id        INTEGER PRIMARY KEY AUTOINCREMENT,
        person    INTEGER NOT NULL REFERENCES persons(id) ON DELETE CASCADE,
        reason    TEXT NOT NULL,
        reach     INTEGER NOT NULL CHECK(reach IN (1, 2)),
        set_at    INTEGER NOT NULL,
        set_by    TEXT NOT NULL,
        lifted_at INTEGER,
        lifted_by TEXT
    ) STRICT;
    CREATE INDEX restrictions_of_person ON restrictions(person);
)sql";

// Step n brings a file of version n to version n + 1.
constexpr const char* steps[] = {version_1, version_2, version_3, version_4,
                                 version_5, version_6, version_7, version_8};
static_assert(std::size(steps) == schema_version);

}  // namespace

Result<void> migrate(database::Connection& database) {
    return database::bring_up(database, "vault.db", steps);
}

}  // namespace edgeward::vault
