#include <edgeward/backup/backup.hpp>

#include <catch2/catch_test_macros.hpp>

#include "yard.hpp"

namespace edgeward::backup {
namespace {

// The installation that was restored, opened as the gateway opens it.
struct Revived {
    Revived(const std::filesystem::path& folder, const Secret& kek)
        : keys(must(crypto::KeyRing::unwrap(text_of_path(folder / "keyring"), kek))),
          vault(must(vault::open_vault(folder, keys))) {
        store::StoreSettings settings;
        settings.folder = folder;
        store = must(store::open_store(settings, {}, keys, system_clock()));
    }
    ~Revived() { store.writer->stop(); }
    [[nodiscard]] std::vector<audit::Event> events() const {
        std::vector<audit::Event> all;
        must(store.reader->export_audit(
            1, SIZE_MAX, [&](const audit::Record& record) { all.push_back(record.event); }, [](auto) {}));
        return all;
    }
    crypto::KeyRing keys;
    std::unique_ptr<vault::IdentityVault> vault;
    store::StoreParts store;
};

TEST_CASE("a backup comes back under the keys of a new machine", "[restoration]") {
    Yard yard;
    const auto subject = yard.take_in("4711");
    const auto before = yard.store.reader->chain().value();
    const auto created = yard.create();
    yard.close();
    const auto folder = yard.top() / "new";
    const auto restored = restore_backup(yard.request(folder), system_clock());
    REQUIRE(restored);
    CHECK(restored->name == created.name);
    CHECK(restored->records == before.sequence);
    CHECK(restored->replaced.empty());
    CHECK_FALSE(crypto::KeyRing::unwrap(text_of_path(folder / "keyring"), kek_of(1)));
    const Revived gateway(folder, kek_of(2));
    CHECK(gateway.vault->subject(subject).value());
    CHECK(gateway.store.reader->inbound_book()->reports == 1);
    CHECK(entries_in(folder) >= 4);
    CHECK_FALSE(std::filesystem::exists(folder / ".restore"));
}

TEST_CASE("the log goes on from the backup and says so", "[restoration]") {
    Yard yard;
    yard.take_in("4711");
    const auto before = yard.store.reader->chain().value();
    const auto created = yard.create();
    yard.close();
    REQUIRE(restore_backup(yard.request(yard.top() / "new"), system_clock()));
    const Revived gateway(yard.top() / "new", kek_of(2));
    const auto events = gateway.events();
    REQUIRE(events.size() == before.sequence + 1);
    CHECK(events.back().action == audit::Action::restored);
    CHECK(events.back().actor == "user:0");
    CHECK(events.back().object == "backup " + created.name);
    CHECK(events.back().details != crypto::Digest{});
    const auto chain = gateway.store.reader->chain().value();
    CHECK(chain.origin == before.origin);
    CHECK(chain.checkpoint == chain.sequence);
}

TEST_CASE("who was erased after the backup is erased again before anything runs", "[restoration]") {
    Yard yard;
    const auto gone = yard.take_in("4711");
    const auto stays = yard.take_in("4712");
    yard.create();
    const auto old = yard.pair();
    REQUIRE(yard.vault->erase(gone));
    auto request = yard.request(yard.top() / "new");
    SECTION("the ledger of a later backup tells") {
        yard.create();
        request.pair = old;
        const auto restored = restore_backup(request, system_clock());
        REQUIRE(restored);
        CHECK(restored->erasures == 1);
        CHECK(restored->forgotten == 1);
    }
    SECTION("the ledger of the installation that is replaced tells") {
        yard.close();
        request.data_folder = yard.data();
        request.replace = true;
        request.backup_folder.clear();
        const auto restored = restore_backup(request, system_clock());
        REQUIRE(restored);
        CHECK(restored->forgotten == 1);
    }
    const Revived gateway(request.data_folder, kek_of(2));
    CHECK_FALSE(gateway.vault->subject(gone).value());
    CHECK(gateway.vault->subject(stays).value());
    CHECK(gateway.vault->erasures().replayed == 0);  // done by the restore already
    // The report and what waited of it go too, and the log says so.
    const auto events = gateway.events();
    REQUIRE(events.size() >= 3);
    CHECK(events[events.size() - 3].action == audit::Action::person_erased);
    CHECK(events[events.size() - 2].action == audit::Action::reports_removed);
    CHECK(events.back().action == audit::Action::deliveries_erased);
}

TEST_CASE("an installation is not overwritten unasked and is kept when asked", "[restoration]") {
    Yard yard;
    yard.take_in("4711");
    yard.create();
    yard.take_in("4712");
    yard.close();
    auto request = yard.request(yard.data());
    CHECK(restore_backup(request, system_clock()).error().kind == ErrorKind::denied);
    CHECK(crypto::KeyRing::unwrap(text_of_path(yard.data() / "keyring"), kek_of(1)));
    request.replace = true;
    const auto restored = restore_backup(request, system_clock());
    REQUIRE(restored);
    CHECK(std::filesystem::exists(restored->replaced / "keyring"));
    CHECK(std::filesystem::exists(restored->replaced / "store.db"));
    const Revived old(restored->replaced, kek_of(1));
    CHECK(old.vault->count_persons().value() == 2);
    const Revived gateway(yard.data(), kek_of(2));
    CHECK(gateway.vault->count_persons().value() == 1);
}

TEST_CASE("a backup that is not sound restores nothing", "[restoration]") {
    Yard yard;
    yard.take_in("4711");
    yard.create();
    auto request = yard.request(yard.top() / "new");
    std::filesystem::resize_file(request.pair.data.file,
                                 std::filesystem::file_size(request.pair.data.file) - 1);
    CHECK(restore_backup(request, system_clock()).error().kind == ErrorKind::corrupt);
    CHECK(entries_in(yard.top() / "new") == 0);
}

TEST_CASE("configuration, mappings and policies go to where the configuration says", "[restoration]") {
    Yard yard;
    yard.create();
    const auto target = yard.top() / "machine";
    std::filesystem::create_directories(target);
    write_text(target / "edgeward.toml", "# shipped\n");
    const auto written =
        restore_configuration(yard.pair().data, Yard::by_recovery(), target / "edgeward.toml");
    REQUIRE(written);
    CHECK(written->size() == 3);
    CHECK(text_of_path(target / "policies" / "own.cedar") == "// none\n");
    CHECK(text_of_path(target / "edgeward.toml") == text_of_path(yard.configuration()));
    CHECK(text_of_path(target / "edgeward.toml.replaced") == "# shipped\n");
    CHECK(text_of_path(target / "mappings" / "monitor_flat.toml") ==
          text_of_path(yard.mappings() / "monitor_flat.toml"));
    CHECK(restore_configuration(yard.pair().data, Yard::by_recovery(), target / "edgeward.toml")->empty());
}

}  // namespace
}  // namespace edgeward::backup
