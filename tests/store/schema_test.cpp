#include "schema.hpp"

#include <catch2/catch_test_macros.hpp>

#include "row_check.hpp"

#include "commitment_sample.hpp"

namespace edgeward::store {
namespace {

// What Edgeward 0.1 wrote, frozen: later versions must go on opening it. One device, one report queued for
// one destination, and one audit record without a checkpoint.
constexpr auto version_1_file = R"sql(
CREATE TABLE meta(name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE device(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
CREATE TABLE report(number INTEGER PRIMARY KEY, subject BLOB CHECK(length(subject) = 16),
  device INTEGER NOT NULL REFERENCES device(id), received INTEGER NOT NULL, effective INTEGER NOT NULL,
  leads INTEGER NOT NULL, digest BLOB NOT NULL CHECK(length(digest) = 32), sealed BLOB NOT NULL) STRICT;
CREATE TABLE observation_id(id BLOB PRIMARY KEY CHECK(length(id) = 16), report INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE destination(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, active INTEGER NOT NULL,
  low_water INTEGER NOT NULL, offered INTEGER NOT NULL DEFAULT 0, pending INTEGER NOT NULL DEFAULT 0,
  parked INTEGER NOT NULL DEFAULT 0, delivered INTEGER NOT NULL DEFAULT 0, dead INTEGER NOT NULL DEFAULT 0,
  filtered INTEGER NOT NULL DEFAULT 0, erased INTEGER NOT NULL DEFAULT 0) STRICT;
CREATE TABLE delivery(destination INTEGER NOT NULL, report INTEGER NOT NULL, state INTEGER NOT NULL,
  attempts INTEGER NOT NULL, retry_at INTEGER, settled_at INTEGER, reason TEXT, sealed_foreign BLOB, subject BLOB,
  PRIMARY KEY(destination, report)) STRICT, WITHOUT ROWID;
CREATE INDEX delivery_parked ON delivery(destination, subject, report) WHERE state = 1;
CREATE INDEX delivery_dead ON delivery(destination, report) WHERE state = 3;
CREATE TABLE quarantine(id INTEGER PRIMARY KEY AUTOINCREMENT, device INTEGER NOT NULL REFERENCES device(id),
  received INTEGER NOT NULL, reason TEXT NOT NULL, detail TEXT NOT NULL, topic BLOB NOT NULL,
  payload BLOB NOT NULL) STRICT;
CREATE INDEX quarantine_received ON quarantine(received);
CREATE TABLE inbound_book(device INTEGER NOT NULL, entry INTEGER NOT NULL, reason TEXT NOT NULL,
  count INTEGER NOT NULL, PRIMARY KEY(device, entry, reason)) STRICT, WITHOUT ROWID;
CREATE TABLE audit(sequence INTEGER PRIMARY KEY, canonical BLOB NOT NULL,
  digest BLOB NOT NULL CHECK(length(digest) = 32)) STRICT;
CREATE TABLE audit_tree(id INTEGER PRIMARY KEY CHECK(id = 1), size INTEGER NOT NULL, edge BLOB NOT NULL) STRICT;
CREATE TABLE audit_checkpoint(size INTEGER PRIMARY KEY, note TEXT NOT NULL) STRICT;
INSERT INTO meta VALUES('installation', '00112233445566778899aabbccddeeff');
INSERT INTO device VALUES(1, 'monitor-1');
INSERT INTO report VALUES(1, x'01010101010101010101010101010101', 1, 1795459000000, 1795459000000, 1,
  x'a992d718d737d4cb2586f99fc19c02e9f29c42bccc790f7a6e0b988b1ae57452', x'2a2a2a');
INSERT INTO observation_id VALUES(x'00000000000000000000000000000001', 1);
INSERT INTO destination(id, name, active, low_water, offered, pending) VALUES(1, 'kis', 1, 0, 1, 1);
INSERT INTO delivery(destination, report, state, attempts) VALUES(1, 1, 0, 0);
INSERT INTO inbound_book VALUES(1, 1, '', 1), (1, 2, '', 1), (1, 5, '', 1), (1, 6, '', 1);
-- Octets and digests made with printf and xxd and sha256sum after docs/audit-format.md.
INSERT INTO audit VALUES(1, x'01000001a209b226c00100000000000000000107676174657761790005302e312e30000000000000000000000000000000000000000000000000000000000000000000', x'58af63d50063dbaa0d71847760f798f31c725f47cef50c0962ad03991f596f11');
INSERT INTO audit_tree VALUES(1, 1, x'99508e46a4011ff73d1e35ea3f9462ffcd84d3f52858904b6130639c28ab7825');
PRAGMA user_version = 1;
)sql";

void make_file(const Bench& bench, const char* sql) {
    auto connection = database::Connection::open(bench.settings.folder / "store.db",
                                                 bench.keys.key(crypto::key_name::store).value(),
                                                 database::Access::read_write_create);
    must(connection.value().execute(sql));
}

}  // namespace

TEST_CASE("a store of version 1 is opened and goes on", "[schema]") {
    Bench bench(no_destinations);
    bench.close();
    std::filesystem::remove_all(bench.settings.folder / "store.db");
    std::filesystem::remove(bench.settings.folder / "store.db-wal");
    std::filesystem::remove(bench.settings.folder / "store.db-shm");
    make_file(bench, version_1_file);
    REQUIRE(bench.try_open());
    CHECK(bench.reader().chain()->origin == "edgeward/00112233445566778899aabbccddeeff");
    CHECK(numbers_of(bench.reader().pending("kis", 0, 9).value()) == std::vector<std::uint64_t>{1});
    REQUIRE(bench.record({stored_message(1, 1), stored_message(2, 1)}));
    CHECK(bench.reader().inbound_book()->duplicates == 1);
    CHECK(bench.reader().inbound_book()->reports == 2);
    CHECK(bench.records().size() == 3);
    CHECK(check_rows(bench.settings, bench.keys)->reports == 2);
    CHECK(check_rows(bench.settings, bench.keys)->first_bad == 0);
    CHECK(bench.number("PRAGMA user_version") == store_schema_version);
    CHECK(bench.reader().destination_controls()->at("kis").mode == DestinationMode::running);
    CHECK(bench.reader().again("kis", 0, 9)->empty());
    CHECK(bench.number("SELECT count(*) FROM withdrawal") == 0);
    CHECK(bench.reader().alarms(Instant{})->alarms.empty());
    CHECK(bench.number("SELECT count(*) FROM alarm_notice") == 0);
    CHECK(bench.reader().open_commitments()->empty());
}

TEST_CASE("objects of a store of version 7 stay, and cannot be asked about", "[schema]") {
    Bench bench;
    REQUIRE(bench.record({object_message(1)}));
    bench.close();
    // What version 8 has brought taken away again: the tables as version 7 made them.
    must(bench.raw().execute(R"sql(
DROP TABLE commitment; DROP TABLE commitment_object; DROP INDEX object_instance; DROP TABLE object;
CREATE TABLE object(name BLOB PRIMARY KEY CHECK(length(name) = 16), report INTEGER, quarantine INTEGER,
  octets INTEGER NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO object VALUES(x'01010101010101010101010101010101', 1, NULL, 1000);
PRAGMA user_version = 7;
)sql"));
    REQUIRE(bench.try_open());
    CHECK(bench.number("PRAGMA user_version") == store_schema_version);
    CHECK(bench.reader().object_totals()->octets == 1000);
    CHECK(bench.reader().ownerless_objects(9)->empty());
    REQUIRE(bench.record({object_message(2)}));
    REQUIRE(take(bench, asked("2.25.7", {1, 2})) == CommitmentTaken::taken);
    CHECK(kept_of(bench, 1) == std::vector<std::optional<Kept>>{Kept::unknown, std::nullopt});
}

TEST_CASE("a store of a newer version is refused and left as it is", "[schema]") {
    Bench bench(no_destinations);
    bench.close();
    const auto newer = std::to_string(store_schema_version + 1);
    make_file(bench, ("PRAGMA user_version = " + newer).c_str());
    const auto opened = bench.try_open();
    REQUIRE_FALSE(opened);
    CHECK(opened.error().kind == ErrorKind::misconfigured);
    CHECK(opened.error().message.find("newer version") != std::string::npos);
    CHECK(bench.number("PRAGMA user_version") == store_schema_version + 1);
}

TEST_CASE("an installation keeps its id and no two share one", "[schema]") {
    Bench bench(no_destinations);
    const std::string origin = bench.reader().chain()->origin;
    CHECK(origin.size() == 9 + 32);
    bench.reopen();
    CHECK(bench.reader().chain()->origin == origin);
    CHECK(Bench(no_destinations).reader().chain()->origin != origin);
}

}  // namespace edgeward::store
