#include "schema.hpp"

#include <edgeward/core/bytes.hpp>

#include <array>

#include "statements.hpp"

namespace edgeward::store {
namespace {

// The order of the columns of `report` matters: what the queue reads stands before the sealed body, so that
// its overflow pages stay untouched.
constexpr auto version_1 = R"sql(
CREATE TABLE meta(
  name  TEXT PRIMARY KEY,
  value TEXT NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE device(
  id   INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE) STRICT;

CREATE TABLE report(
  number    INTEGER PRIMARY KEY,
  subject   BLOB CHECK(length(subject) = 16),
  device    INTEGER NOT NULL REFERENCES device(id),
  received  INTEGER NOT NULL,
  effective INTEGER NOT NULL,
  leads     INTEGER NOT NULL,
  digest    BLOB NOT NULL CHECK(length(digest) = 32),
  sealed    BLOB NOT NULL) STRICT;

CREATE TABLE observation_id(
  id     BLOB PRIMARY KEY CHECK(length(id) = 16),
  report INTEGER NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE destination(
  id        INTEGER PRIMARY KEY,
  name      TEXT NOT NULL UNIQUE,
  active    INTEGER NOT NULL,
  low_water INTEGER NOT NULL,
  offered   INTEGER NOT NULL DEFAULT 0,
  pending   INTEGER NOT NULL DEFAULT 0,
  parked    INTEGER NOT NULL DEFAULT 0,
  delivered INTEGER NOT NULL DEFAULT 0,
  dead      INTEGER NOT NULL DEFAULT 0,
  filtered  INTEGER NOT NULL DEFAULT 0,
  erased    INTEGER NOT NULL DEFAULT 0) STRICT;

CREATE TABLE delivery(
  destination    INTEGER NOT NULL,
  report         INTEGER NOT NULL,
  state          INTEGER NOT NULL,
  attempts       INTEGER NOT NULL,
  retry_at       INTEGER,
  settled_at     INTEGER,
  reason         TEXT,
  sealed_foreign BLOB,
  subject        BLOB,
  PRIMARY KEY(destination, report)) STRICT, WITHOUT ROWID;
CREATE INDEX delivery_parked ON delivery(destination, subject, report) WHERE state = 1;
CREATE INDEX delivery_dead ON delivery(destination, report) WHERE state = 3;

CREATE TABLE quarantine(
  id       INTEGER PRIMARY KEY AUTOINCREMENT,
  device   INTEGER NOT NULL REFERENCES device(id),
  received INTEGER NOT NULL,
  reason   TEXT NOT NULL,
  detail   TEXT NOT NULL,
  topic    BLOB NOT NULL,
  payload  BLOB NOT NULL) STRICT;
CREATE INDEX quarantine_received ON quarantine(received);

CREATE TABLE inbound_book(
  device INTEGER NOT NULL,
  entry  INTEGER NOT NULL,
  reason TEXT NOT NULL,
  count  INTEGER NOT NULL,
  PRIMARY KEY(device, entry, reason)) STRICT, WITHOUT ROWID;

CREATE TABLE audit(
  sequence  INTEGER PRIMARY KEY,
  canonical BLOB NOT NULL,
  digest    BLOB NOT NULL CHECK(length(digest) = 32)) STRICT;

CREATE TABLE audit_tree(
  id   INTEGER PRIMARY KEY CHECK(id = 1),
  size INTEGER NOT NULL,
  edge BLOB NOT NULL) STRICT;

CREATE TABLE audit_checkpoint(
  size INTEGER PRIMARY KEY,
  note TEXT NOT NULL) STRICT;

INSERT INTO audit_tree(id, size, edge) VALUES(1, 0, x'');
)sql";

Result<void> make_version_1(database::Connection& connection, Random& random) {
    if (auto made = connection.execute(version_1); !made) return made;
    std::array<std::uint8_t, 16> installation{};
    random.fill(installation);
    auto insert = connection.prepare("INSERT INTO meta(name, value) VALUES('installation', ?1)");
    if (!insert) return failure(std::move(insert.error()));
    const std::string id = to_hex(installation);
    if (auto inserted = run(insert->bind(1, std::string_view(id))); !inserted) return inserted;
    return connection.set_schema_version(store_schema_version);
}

}  // namespace

Result<void> prepare_schema(database::Connection& connection, Random& random) {
    const auto version = connection.schema_version();
    if (!version) return failure(version.error());
    if (*version == store_schema_version) return {};
    if (*version > store_schema_version || *version < 0)
        return failure(ErrorKind::misconfigured, "store.db was made by a newer version of Edgeward");
    return connection.transaction([&] { return make_version_1(connection, random); });
}

}  // namespace edgeward::store
