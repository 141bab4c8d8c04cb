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

// What operators say of a destination, and reports that are to be delivered again: they lie anywhere in the
// queue, so they have an index of their own and leave the low-water mark where it is.
constexpr auto version_2 = R"sql(
ALTER TABLE destination ADD COLUMN mode INTEGER NOT NULL DEFAULT 0;
ALTER TABLE destination ADD COLUMN mode_since INTEGER;
ALTER TABLE destination ADD COLUMN mode_actor TEXT;
ALTER TABLE destination ADD COLUMN mode_reason TEXT;
CREATE INDEX delivery_again ON delivery(destination, report) WHERE state = 6;
)sql";

// What the device watch knows of each device (include/edgeward/device/device_watch.hpp).
constexpr auto version_3 = R"sql(
CREATE TABLE device_watch(
  name         TEXT PRIMARY KEY,
  received     INTEGER,
  sequence     INTEGER,
  recent       INTEGER NOT NULL,
  missing      INTEGER NOT NULL,
  duplicates   INTEGER NOT NULL,
  out_of_order INTEGER NOT NULL,
  restarts     INTEGER NOT NULL,
  clock_offset INTEGER,
  stretch      INTEGER NOT NULL,
  learned      INTEGER NOT NULL,
  mean         INTEGER NOT NULL,
  squares      INTEGER NOT NULL,
  raised       INTEGER NOT NULL,
  exact        INTEGER NOT NULL) STRICT, WITHOUT ROWID;
)sql";

// How far reports were emptied, and how many observation ids are gone.
constexpr auto version_4 = R"sql(
CREATE TABLE retention(
  name  TEXT PRIMARY KEY,
  value INTEGER NOT NULL) STRICT, WITHOUT ROWID;
)sql";

// Reports that were another person's (src/store/withdrawals.hpp).
constexpr auto version_5 = R"sql(
CREATE TABLE withdrawal(
  report        INTEGER PRIMARY KEY,
  taken_back_by INTEGER NOT NULL UNIQUE,
  instead       INTEGER) STRICT;
)sql";

// Alarms, and who has still to be told of them (include/edgeward/store/alarm_log.hpp).
constexpr auto version_6 = R"sql(
CREATE TABLE alarm(
  id           TEXT PRIMARY KEY,
  rule         TEXT NOT NULL,
  subject      BLOB CHECK(length(subject) = 16),
  device       TEXT NOT NULL,
  by_place     INTEGER NOT NULL,
  priority     INTEGER NOT NULL,
  state        INTEGER NOT NULL,
  stage        INTEGER NOT NULL,
  sequence     INTEGER NOT NULL,
  onset        INTEGER NOT NULL,
  noticed      INTEGER NOT NULL,
  seen         INTEGER NOT NULL,
  raised       INTEGER,
  acknowledged INTEGER,
  ended        INTEGER,
  due          INTEGER,
  silent_until INTEGER,
  actor        TEXT NOT NULL,
  sealed       BLOB NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX alarm_subject ON alarm(subject) WHERE subject IS NOT NULL;
CREATE INDEX alarm_ended ON alarm(ended) WHERE state = 4;

CREATE TABLE alarm_notice(
  alarm    TEXT NOT NULL,
  sequence INTEGER NOT NULL,
  target   TEXT NOT NULL,
  step     INTEGER NOT NULL,
  time     INTEGER NOT NULL,
  PRIMARY KEY(alarm, sequence, target)) STRICT, WITHOUT ROWID;
)sql";

// Files of objects, and whose they are (include/edgeward/store/object_files.hpp).
constexpr auto version_7 = R"sql(
CREATE TABLE object(
  name       BLOB PRIMARY KEY CHECK(length(name) = 16),
  report     INTEGER,
  quarantine INTEGER,
  octets     INTEGER NOT NULL) STRICT, WITHOUT ROWID;
)sql";

// Requests for storage commitment, and what objects are found by (include/edgeward/store/commitment_log.hpp).
constexpr auto version_8 = R"sql(
ALTER TABLE object ADD COLUMN instance BLOB CHECK(length(instance) = 32);
ALTER TABLE object ADD COLUMN class TEXT;
CREATE INDEX object_instance ON object(instance) WHERE instance IS NOT NULL;

CREATE TABLE commitment(
  id      INTEGER PRIMARY KEY AUTOINCREMENT,
  sender  TEXT NOT NULL,
  uid     TEXT NOT NULL,
  content BLOB NOT NULL CHECK(length(content) = 32),
  taken   INTEGER NOT NULL,
  decided INTEGER,
  UNIQUE(sender, uid)) STRICT;

CREATE TABLE commitment_object(
  request    INTEGER NOT NULL,
  position   INTEGER NOT NULL,
  class      TEXT NOT NULL,
  instance   TEXT NOT NULL,
  report     INTEGER,
  quarantine INTEGER,
  kept       INTEGER,
  PRIMARY KEY(request, position)) STRICT, WITHOUT ROWID;
CREATE INDEX commitment_open ON commitment_object(request, position, report) WHERE kept IS NULL;
CREATE INDEX commitment_report ON commitment_object(report) WHERE report IS NOT NULL;
CREATE INDEX commitment_quarantine ON commitment_object(quarantine) WHERE quarantine IS NOT NULL;
)sql";

constexpr std::array steps{version_2, version_3, version_4, version_5,
                           version_6, version_7, version_8};  // to version 2 and on

Result<void> make_version_1(database::Connection& connection, Random& random) {
    if (auto made = connection.execute(version_1); !made) return made;
    std::array<std::uint8_t, 16> installation{};
    random.fill(installation);
    auto insert = connection.prepare("INSERT INTO meta(name, value) VALUES('installation', ?1)");
    if (!insert) return failure(std::move(insert.error()));
    const std::string id = to_hex(installation);
    return run(insert->bind(1, std::string_view(id)));
}

// The step that leads to a version from the one before it.
Result<void> step_to(std::int64_t version, database::Connection& connection, Random& random) {
    auto made = version == 1 ? make_version_1(connection, random)
                             : connection.execute(steps.at(static_cast<std::size_t>(version - 2)));
    if (!made) return made;
    return connection.set_schema_version(version);
}

}  // namespace

Result<void> prepare_schema(database::Connection& connection, Random& random) {
    const auto version = connection.schema_version();
    if (!version) return failure(version.error());
    if (*version == store_schema_version) return {};
    if (*version > store_schema_version || *version < 0)
        return failure(ErrorKind::misconfigured, "store.db was made by a newer version of Edgeward");
    for (auto next = *version + 1; next <= store_schema_version; ++next) {
        auto stepped = connection.transaction([&] { return step_to(next, connection, random); });
        if (!stepped) return stepped;
    }
    return {};
}

}  // namespace edgeward::store
