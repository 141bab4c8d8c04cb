#include <edgeward/backup/backup.hpp>

#include <catch2/catch_test_macros.hpp>

#include "yard.hpp"

namespace edgeward::backup {
namespace {

TEST_CASE("a sound backup is proven by either key and leaves nothing behind", "[verification]") {
    Yard yard;
    yard.take_in("4711");
    yard.take_in("4712");
    const auto created = yard.create();
    for (const auto& keys : {&Yard::by_kek, &Yard::by_recovery}) {
        const auto verified = verify_backup(yard.pair(), keys(), yard.backups());
        REQUIRE(verified);
        CHECK(verified->name == created.name);
        CHECK(verified->digest == created.digest);
        CHECK(verified->reports == 2);
        CHECK(verified->persons == 2);
        CHECK(verified->records == yard.store.reader->chain()->sequence);
        CHECK(verified->erased_since == 0);
    }
    CHECK(entries_in(yard.backups()) == 2);
}

TEST_CASE("another key does not prove anything", "[verification]") {
    Yard yard;
    yard.create();
    BackupKeys other;
    other.wrapping = wrapping_key_of(kek_of(7));
    CHECK(verify_backup(yard.pair(), other, yard.backups()).error().kind == ErrorKind::corrupt);
    auto expected = Yard::by_kek();
    expected.audit_key = crypto::public_key_of(Secret(Bytes(32, 9)));
    CHECK(verify_backup(yard.pair(), expected, yard.backups()).error().message ==
          "verify the backup: the backup is not signed by the expected audit key");
}

TEST_CASE("an older data part goes with a later persons' part from which somebody was erased",
          "[verification]") {
    Yard yard;
    const auto gone = yard.take_in("4711");
    yard.take_in("4712");
    yard.create();
    const auto old = yard.pair().data;
    REQUIRE(yard.vault->erase(gone));
    yard.create();
    std::filesystem::remove(must(find_pair({old, yard.pair(old.name).persons}, old.name)).persons.file);
    const auto pair = yard.pair(old.name);
    CHECK(pair.persons.id != pair.data.id);
    const auto verified = verify_backup(pair, Yard::by_kek(), yard.backups());
    REQUIRE(verified);
    CHECK(verified->persons == 1);
    CHECK(verified->erased_since == 1);
}

TEST_CASE("a persons' part older than the data; or of another installation is refused", "[verification]") {
    Yard yard;
    yard.create();
    const auto old = yard.pair().persons;
    yard.take_in("4711");
    yard.create();
    CHECK(verify_backup({yard.pair().data, old}, Yard::by_kek(), yard.backups()).error().kind ==
          ErrorKind::invalid_input);
    Yard other;
    other.create();
    CHECK_FALSE(verify_backup({yard.pair().data, other.pair().persons}, Yard::by_kek(), yard.backups()));
}

TEST_CASE("a store that speaks of a person the vault lacks is found", "[verification]") {
    Yard yard;
    yard.take_in("4711");
    // Behind the gateway's back: without an entry in the ledger.
    {
        yard.close();
        auto raw = database::Connection::open(yard.data() / "vault.db",
                                              yard.keys.key(crypto::key_name::vault).value(),
                                              database::Access::read_write)
                       .value();
        must(raw.execute("DELETE FROM persons"));
    }
    yard.open();
    yard.create();
    const auto verified = verify_backup(yard.pair(), Yard::by_kek(), yard.backups());
    REQUIRE_FALSE(verified);
    CHECK(verified.error().message ==
          "verify the backup: a report of the backup speaks of a person its vault lacks");
}

TEST_CASE("a store that was tampered with before the backup is found", "[verification]") {
    Yard yard;
    yard.take_in("4711");
    yard.close();
    {
        auto raw = database::Connection::open(yard.data() / "store.db",
                                              yard.keys.key(crypto::key_name::store).value(),
                                              database::Access::read_write)
                       .value();
        must(raw.execute("UPDATE report SET sealed = zeroblob(40)"));
    }
    yard.open();
    yard.create();
    CHECK(verify_backup(yard.pair(), Yard::by_kek(), yard.backups()).error().kind == ErrorKind::corrupt);
}

}  // namespace
}  // namespace edgeward::backup
