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
        const auto verified = verify_backup(yard.pair(), keys(), {yard.backups()});
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
    CHECK(verify_backup(yard.pair(), other, {yard.backups()}).error().kind == ErrorKind::corrupt);
    auto expected = Yard::by_kek();
    expected.audit_key = crypto::public_key_of(Secret(Bytes(32, 9)));
    CHECK(verify_backup(yard.pair(), expected, {yard.backups()}).error().message ==
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
    const auto verified = verify_backup(pair, Yard::by_kek(), {yard.backups()});
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
    CHECK(verify_backup({yard.pair().data, old}, Yard::by_kek(), {yard.backups()}).error().kind ==
          ErrorKind::invalid_input);
    Yard other;
    other.create();
    CHECK_FALSE(verify_backup({yard.pair().data, other.pair().persons}, Yard::by_kek(), {yard.backups()}));
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
    const auto verified = verify_backup(yard.pair(), Yard::by_kek(), {yard.backups()});
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
    CHECK(verify_backup(yard.pair(), Yard::by_kek(), {yard.backups()}).error().kind == ErrorKind::corrupt);
}

TEST_CASE("every object is held against its copy", "[verification]") {
    Yard yard;
    yard.take_in("4711", yard.seal_object(1));
    yard.take_in("4712", yard.seal_object(2));
    yard.create();
    const auto verified = must(verify_backup(yard.pair(), Yard::by_recovery(), {yard.backups()}));
    CHECK(verified.objects == 2);
    CHECK(verified.objects_octets ==
          std::filesystem::file_size(yard.copy_file(1)) + std::filesystem::file_size(yard.copy_file(2)));
    std::fstream out(yard.copy_file(2), std::ios::binary | std::ios::in | std::ios::out);
    out.seekp(100'000);
    out.put('x');
    out.close();
    std::vector<std::filesystem::path> damaged;
    const auto refused =
        verify_backup(yard.pair(), Yard::by_recovery(), {yard.backups(), {}, nullptr, &damaged});
    REQUIRE_FALSE(refused);
    CHECK(refused.error().kind == ErrorKind::corrupt);
    CHECK(refused.error().message == "verify the backup: 1 of 2 objects of the backup are damaged or gone");
    CHECK(damaged == std::vector{yard.copy_file(2)});
}

// Written by the program as it was before version 2: the installation of a test with two persons.
TEST_CASE("a container of version 1 is proven and restored", "[verification]") {
    const support::ScratchFolder folder;
    std::filesystem::copy(EDGEWARD_SOURCE_DIR "/tests/backup/samples/version-1", folder.path());
    const auto pair = must(find_pair(must(list_backups(folder.path())), {}));
    CHECK(pair.data.version == 1);
    const auto verified = verify_backup(pair, Yard::by_kek(), {folder.path()});
    REQUIRE(verified);
    CHECK(verified->reports == 2);
    CHECK(verified->persons == 2);
    CHECK(verified->objects == 0);
    const auto restored = restore_backup(
        {pair, Yard::by_kek(), kek_of(2), folder / "new", folder.path(), false, "user:0", {Words::side()}},
        system_clock());
    REQUIRE(restored);
    CHECK(restored->records == verified->records);
    CHECK(restored->databases.empty());
    const auto keys = must(crypto::KeyRing::unwrap(text_of_path(folder / "new" / "keyring"), kek_of(2)));
    CHECK(must(vault::open_vault(folder / "new", keys))->count_persons() == 2U);
}

}  // namespace
}  // namespace edgeward::backup
