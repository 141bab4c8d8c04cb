#include "vault_schema.hpp"

#include <catch2/catch_test_macros.hpp>

#include "fixture.hpp"

namespace edgeward::vault {
namespace {

// The schema of version 1 as files in the field have it. It is written out here so that a later change of the
// first step, instead of a step of its own, does not go unnoticed.
constexpr const char* version_1 =
    "CREATE TABLE persons(id INTEGER PRIMARY KEY, subject BLOB NOT NULL UNIQUE CHECK(length(subject) = 16), "
    "secret BLOB NOT NULL, data_key BLOB NOT NULL, identity BLOB NOT NULL, created INTEGER NOT NULL) STRICT;"
    "CREATE TABLE identifiers(lookup BLOB PRIMARY KEY CHECK(length(lookup) = 32), person INTEGER NOT NULL "
    "REFERENCES persons(id) ON DELETE CASCADE) STRICT, WITHOUT ROWID;"
    "CREATE INDEX identifiers_of_person ON identifiers(person);"
    "CREATE TABLE associations(id INTEGER PRIMARY KEY AUTOINCREMENT, device TEXT NOT NULL, person INTEGER "
    "NOT NULL "
    "REFERENCES persons(id) ON DELETE CASCADE, starts INTEGER NOT NULL, ends INTEGER CHECK(ends > starts)) "
    "STRICT;"
    "CREATE INDEX associations_of_device ON associations(device, starts);"
    "CREATE INDEX associations_of_person ON associations(person);"
    "CREATE TABLE consents(id INTEGER PRIMARY KEY, person INTEGER NOT NULL REFERENCES persons(id) ON DELETE "
    "CASCADE, "
    "purpose TEXT NOT NULL, given INTEGER NOT NULL CHECK(given IN (0, 1)), starts INTEGER NOT NULL, ends "
    "INTEGER NOT "
    "NULL CHECK(ends > starts), recorded INTEGER NOT NULL) STRICT;"
    "CREATE INDEX consents_of_person ON consents(person, purpose);"
    "PRAGMA user_version=1";
constexpr const char* version_2 =
    "CREATE TABLE changes(id INTEGER PRIMARY KEY AUTOINCREMENT, name BLOB NOT NULL UNIQUE CHECK(length(name) "
    "= 16), record BLOB NOT NULL) STRICT; PRAGMA user_version=2";

// What version 3 adds.
constexpr const char* step_to_version_3 =
    "CREATE TABLE erasure_state(id INTEGER PRIMARY KEY CHECK(id = 1), entries INTEGER NOT NULL, "
    "link BLOB NOT NULL CHECK(length(link) = 32)) STRICT;"
    "INSERT INTO erasure_state(id, entries, link) VALUES(1, 0, zeroblob(32));"
    "PRAGMA user_version=3";

// What version 4 adds.
constexpr const char* step_to_version_4 =
    "CREATE TABLE merges(ended INTEGER PRIMARY KEY REFERENCES persons(id) ON DELETE CASCADE, survivor "
    "INTEGER "
    "NOT NULL REFERENCES persons(id) ON DELETE CASCADE CHECK(survivor != ended)) STRICT;"
    "CREATE INDEX merges_by_survivor ON merges(survivor);"
    "CREATE TABLE visits(id INTEGER PRIMARY KEY, person INTEGER NOT NULL REFERENCES persons(id) ON DELETE "
    "CASCADE, number BLOB UNIQUE CHECK(length(number) = 32), account BLOB CHECK(length(account) = 32), "
    "cancelled INTEGER) STRICT;"
    "CREATE INDEX visits_of_person ON visits(person);"
    "CREATE INDEX visits_of_account ON visits(account);"
    "CREATE TABLE movements(id INTEGER PRIMARY KEY AUTOINCREMENT, visit INTEGER NOT NULL REFERENCES "
    "visits(id) "
    "ON DELETE CASCADE, kind INTEGER NOT NULL CHECK(kind IN (1, 2, 3)), mark BLOB UNIQUE CHECK(length(mark) "
    "= "
    "32), bed TEXT NOT NULL, happened INTEGER NOT NULL, recorded INTEGER NOT NULL, cancelled INTEGER NOT "
    "NULL "
    "CHECK(cancelled IN (0, 1))) STRICT;"
    "CREATE INDEX movements_of_visit ON movements(visit, happened);"
    "CREATE TABLE stays(id INTEGER PRIMARY KEY, visit INTEGER NOT NULL REFERENCES visits(id) ON DELETE "
    "CASCADE, "
    "bed TEXT NOT NULL CHECK(bed != ''), starts INTEGER NOT NULL, ends INTEGER CHECK(ends > starts)) STRICT;"
    "CREATE INDEX stays_in_bed ON stays(bed, starts);"
    "CREATE INDEX stays_of_visit ON stays(visit);"
    "CREATE TABLE placements(id INTEGER PRIMARY KEY AUTOINCREMENT, device TEXT NOT NULL, bed TEXT NOT NULL "
    "CHECK(bed != ''), starts INTEGER NOT NULL, ends INTEGER CHECK(ends > starts)) STRICT;"
    "CREATE INDEX placements_of_device ON placements(device, starts);"
    "CREATE TABLE movement_messages(fingerprint BLOB PRIMARY KEY CHECK(length(fingerprint) = 32), received "
    "INTEGER NOT NULL) STRICT, WITHOUT ROWID;"
    "CREATE INDEX movement_messages_by_age ON movement_messages(received);"
    "PRAGMA user_version=4";
// What version 5 adds.
constexpr const char* step_to_version_5 =
    "CREATE TABLE place_changes(id INTEGER PRIMARY KEY AUTOINCREMENT, device TEXT NOT NULL, bed TEXT NOT "
    "NULL, "
    "starts INTEGER NOT NULL, ends INTEGER CHECK(ends > starts)) STRICT; PRAGMA user_version=5";
// What takes version 4 and 5 off again.
constexpr const char* without_version_4 =
    "DROP TABLE merges; DROP TABLE stays; DROP TABLE movements; DROP TABLE visits; DROP TABLE placements; "
    "DROP TABLE movement_messages; DROP TABLE place_changes;";

// What version 6 adds.
constexpr const char* step_to_version_6 =
    "CREATE TABLE holds(id INTEGER PRIMARY KEY AUTOINCREMENT, person INTEGER NOT NULL REFERENCES persons(id) "
    "ON DELETE CASCADE, reason TEXT NOT NULL, set_at INTEGER NOT NULL, set_by TEXT NOT NULL, ends INTEGER "
    "CHECK(ends > set_at), released_at INTEGER, released_by TEXT) STRICT;"
    "CREATE INDEX holds_of_person ON holds(person);"
    "CREATE TABLE erasure_requests(number INTEGER PRIMARY KEY AUTOINCREMENT, state INTEGER NOT NULL "
    "CHECK(state IN (1, 2, 3, 4)), subject BLOB CHECK(length(subject) = 16), reason TEXT NOT NULL, "
    "requested_at INTEGER NOT NULL, requested_by TEXT NOT NULL, decided_at INTEGER, decided_by TEXT, "
    "rejection TEXT, gives_up INTEGER NOT NULL CHECK(gives_up IN (0, 1)), journal TEXT, certificate TEXT) "
    "STRICT;"
    "PRAGMA user_version=6";
constexpr const char* without_version_6 = "DROP TABLE holds; DROP TABLE erasure_requests;";

// What version 7 adds.
constexpr const char* step_to_version_7 =
    "CREATE TABLE consent_documents(id INTEGER PRIMARY KEY AUTOINCREMENT, person INTEGER NOT NULL REFERENCES "
    "persons(id) ON DELETE CASCADE, by_identifier BLOB CHECK(length(by_identifier) = 32), by_id BLOB "
    "CHECK(length(by_id) = 32), status INTEGER NOT NULL CHECK(status BETWEEN 1 AND 6), version INTEGER, "
    "fingerprint BLOB NOT NULL CHECK(length(fingerprint) = 32), content BLOB NOT NULL, recorded INTEGER NOT "
    "NULL, superseded INTEGER) STRICT;"
    "CREATE INDEX consent_documents_of_person ON consent_documents(person);"
    "CREATE INDEX consent_documents_by_identifier ON consent_documents(by_identifier);"
    "CREATE INDEX consent_documents_by_id ON consent_documents(by_id);"
    "CREATE TABLE consent_provisions(document INTEGER NOT NULL REFERENCES consent_documents(id) ON DELETE "
    "CASCADE, code INTEGER NOT NULL, permit INTEGER NOT NULL CHECK(permit IN (0, 1)), starts INTEGER NOT "
    "NULL, ends INTEGER NOT NULL CHECK(ends > starts)) STRICT;"
    "CREATE INDEX consent_provisions_of_document ON consent_provisions(document);"
    "PRAGMA user_version=7";
// What version 8 adds.
constexpr const char* step_to_version_8 =
    "CREATE TABLE restrictions(id INTEGER PRIMARY KEY AUTOINCREMENT, person INTEGER NOT NULL REFERENCES "
    "persons(id) ON DELETE CASCADE, reason TEXT NOT NULL, reach INTEGER NOT NULL CHECK(reach IN (1, 2)), "
    "set_at INTEGER NOT NULL, set_by TEXT NOT NULL, lifted_at INTEGER, lifted_by TEXT) STRICT;"
    "CREATE INDEX restrictions_of_person ON restrictions(person);"
    "PRAGMA user_version=8";
constexpr const char* without_version_8 = "DROP TABLE restrictions;";

// What takes version 7 off again.
constexpr const char* without_version_7 = "DROP TABLE consent_provisions; DROP TABLE consent_documents;";

database::Connection open_in(const database::ScratchFolder& folder, const crypto::KeyRing& keys) {
    return database::Connection::open(folder / "vault.db", keys.key(crypto::key_name::vault).value(),
                                      database::Access::read_write_create)
        .value();
}

// Columns and indexes, whatever the white space of the statements was.
std::string shape_of(database::Connection& database) {
    std::string shape;
    auto statement =
        database
            .prepare(
                "SELECT s.name || '.' || c.name || ' ' || c.type || c.\"notnull\" || c.pk FROM "
                "sqlite_schema s, pragma_table_info(s.name) c WHERE s.type = 'table' UNION ALL "
                "SELECT s.tbl_name || ' by ' || s.name || ' ' || i.name FROM sqlite_schema s, "
                "pragma_index_info(s.name) i WHERE s.type = 'index' UNION ALL SELECT s.name || ' to ' "
                "|| f.\"table\" || f.on_delete FROM sqlite_schema s, pragma_foreign_key_list(s.name) "
                "f WHERE s.type = 'table' ORDER BY 1")
            .value();
    while (statement.step().value())
        shape.append(statement.text(0)).append("\n");
    return shape;
}

TEST_CASE("a fresh file gets the schema of its version", "[vault_schema]") {
    const database::ScratchFolder folder;
    const auto keys = crypto::KeyRing::generate();
    auto fresh = open_in(folder, keys);
    REQUIRE(migrate(fresh));
    CHECK(fresh.schema_version().value() == 8);
    REQUIRE(migrate(fresh));

    const database::ScratchFolder other;
    auto old = open_in(other, keys);
    REQUIRE(old.execute(version_1));
    REQUIRE(old.execute(version_2));
    REQUIRE(old.execute(step_to_version_3));
    REQUIRE(old.execute(step_to_version_4));
    REQUIRE(old.execute(step_to_version_5));
    REQUIRE(old.execute(step_to_version_6));
    REQUIRE(old.execute(step_to_version_7));
    REQUIRE(old.execute(step_to_version_8));
    CHECK(shape_of(fresh) == shape_of(old));
    CHECK(shape_of(fresh).find("persons.subject BLOB10") != std::string::npos);
}

TEST_CASE("a file of version 1 is brought up with everything in it", "[vault_schema]") {
    OpenVault vault;
    const auto before = vault->subject_of(identifier("1"));
    REQUIRE(before);
    REQUIRE(vault->associate({0, "m", identifier("1"), at(10), std::nullopt}, "user:1"));
    vault.vault.reset();
    {
        auto file = open_in(vault.folder, vault.keys);
        // What version 1 left behind.
        REQUIRE(file.execute(without_version_8));
        REQUIRE(file.execute(without_version_7));
        REQUIRE(file.execute(without_version_6));
        REQUIRE(file.execute(without_version_4));
        REQUIRE(file.execute("DROP TABLE changes; DROP TABLE erasure_state; PRAGMA user_version=1"));
        const database::ScratchFolder other;
        auto old = open_in(other, vault.keys);
        REQUIRE(old.execute(version_1));
        REQUIRE(shape_of(file) == shape_of(old));
    }
    vault.reopen();
    CHECK(vault->subject_of(identifier("1")).value().pseudonym == before->pseudonym);
    CHECK(vault->subject_at("m", at(11)).value()->pseudonym == before->pseudonym);
    CHECK_FALSE(vault->unrecorded_change().value());
    REQUIRE(vault->end_association("m", at(12), "user:1"));
    CHECK(vault->unrecorded_change().value()->event.object == "end m");
    REQUIRE(vault->erase(before->pseudonym));
    CHECK(vault->erasures().entries == 1);
    vault.vault.reset();
    CHECK(open_in(vault.folder, vault.keys).schema_version().value() == 8);
}

TEST_CASE("a file of version 5 is brought up with everything in it", "[vault_schema]") {
    OpenVault vault;
    const auto before = vault->admit(canary_identity(), "user:1").value();
    REQUIRE(vault->place({0, "m", "W^1^1", at(0), std::nullopt}, "user:1"));
    vault.vault.reset();
    {
        auto file = open_in(vault.folder, vault.keys);
        REQUIRE(file.execute(without_version_8));
        REQUIRE(file.execute(without_version_7));
        REQUIRE(file.execute(without_version_6));
        REQUIRE(file.execute("PRAGMA user_version=5"));
        const database::ScratchFolder other;
        auto old = open_in(other, vault.keys);
        for (const char* step :
             {version_1, version_2, step_to_version_3, step_to_version_4, step_to_version_5})
            REQUIRE(old.execute(step));
        REQUIRE(shape_of(file) == shape_of(old));
    }
    vault.reopen();
    CHECK(vault->find_person(canary_identity().identifiers.front()).value() == before);
    CHECK(vault->placements("m")->size() == 1);
    CHECK(vault->erasure_requests()->empty());
    CHECK(vault->extent_of(before)->holds.empty());
    REQUIRE(vault->set_hold(before, "retention_duty", std::nullopt, "user:1"));
}

TEST_CASE("a file of version 6 keeps its consents and takes documents", "[vault_schema]") {
    OpenVault vault;
    REQUIRE(vault->set_consent(identifier("1"), {model::Purpose::research, true, at(0), at(10)}, "user:1"));
    const auto subject = vault->subject_of(identifier("1"))->pseudonym;
    vault.vault.reset();
    {
        auto file = open_in(vault.folder, vault.keys);
        REQUIRE(file.execute(without_version_8));
        REQUIRE(file.execute(without_version_7));
        REQUIRE(file.execute("PRAGMA user_version=6"));
        const database::ScratchFolder other;
        auto old = open_in(other, vault.keys);
        for (const char* step : {version_1, version_2, step_to_version_3, step_to_version_4,
                                 step_to_version_5, step_to_version_6})
            REQUIRE(old.execute(step));
        REQUIRE(shape_of(file) == shape_of(old));
    }
    vault.reopen();
    const auto state = [&] {
        return vault->consent(subject, model::Purpose::research, at(5), at(5)).value();
    };
    CHECK(state() == policy::Consent::given);
    model::ConsentDocument refusal;
    refusal.id = "a";
    refusal.provisions = {{8, false, at(0), at(10)}};
    REQUIRE(vault->import_consents({{{identifier("1")}, refusal}}, "user:1"));
    CHECK(state() == policy::Consent::denied);
}

TEST_CASE("a file of a later version is refused untouched", "[vault_schema]") {
    const database::ScratchFolder folder;
    const auto keys = crypto::KeyRing::generate();
    {
        auto later = open_in(folder, keys);
        REQUIRE(later.execute("CREATE TABLE later(i); PRAGMA user_version=9"));
    }
    const auto before = database::content_of(folder / "vault.db");
    const auto opened = open_vault(folder.path(), keys);
    REQUIRE_FALSE(opened);
    CHECK(opened.error().kind == ErrorKind::misconfigured);
    CHECK(opened.error().message ==
          "open vault: vault.db has schema version 9, this program knows versions up to 8; start a program "
          "of a later "
          "version");
    CHECK(database::content_of(folder / "vault.db") == before);
}

TEST_CASE("a step that fails leaves the file at its version", "[vault_schema]") {
    const database::ScratchFolder folder;
    auto database = open_in(folder, crypto::KeyRing::generate());
    REQUIRE(
        database.execute("CREATE TABLE consents(i)"));  // stands in the way of the first step's last table
    CHECK_FALSE(migrate(database));
    CHECK(database.schema_version().value() == 0);
    CHECK_FALSE(database.execute("SELECT 1 FROM persons"));
}

}  // namespace
}  // namespace edgeward::vault
