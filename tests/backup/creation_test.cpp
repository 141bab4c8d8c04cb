#include <edgeward/backup/backup.hpp>

#include <catch2/catch_test_macros.hpp>

#include <atomic>
#include <thread>

#include "container_reader.hpp"
#include "part_names.hpp"
#include "yard.hpp"

namespace edgeward::backup {
namespace {

std::string all_octets(const std::filesystem::path& folder) {
    std::string all;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
        if (entry.is_regular_file()) all += text_of_path(entry.path());
    }
    return all;
}

TEST_CASE("a backup is two containers that nobody reads without a key", "[creation]") {
    Yard yard;
    yard.take_in("4711");
    const auto created = yard.create();
    CHECK(entries_in(yard.backups()) == 2);
    const auto octets = all_octets(yard.backups());
    CHECK(octets.find(canary) == std::string::npos);
    CHECK(octets.find("monitor") == std::string::npos);
    CHECK(octets.find("SQLite format 3") == std::string::npos);
    CHECK(created.data_octets + created.persons_octets == octets.size());
}

TEST_CASE("manifests say what is in them", "[creation]") {
    Yard yard;
    yard.take_in("4711");
    yard.take_in("4712");
    REQUIRE(yard.vault->erase(yard.take_in("4713")));
    yard.create();
    const auto pair = yard.pair();
    Unlocking unlocking;
    unlocking.wrapping = wrapping_key(kek_of(1));
    auto data = ContainerReader::open(pair.data.file, unlocking).value().read({}).value().manifest;
    auto persons = ContainerReader::open(pair.persons.file, unlocking).value().read({}).value().manifest;
    CHECK(data.store->inbound.at("received") == 3);
    CHECK(data.store->inbound.at("reports") == 3);
    CHECK(data.store->destinations.at("kis").at("offered") == 3);
    CHECK(data.store->records == yard.store.reader->chain()->sequence);
    CHECK(data.store->head == yard.store.reader->chain()->head);
    CHECK(persons.vault->persons == 2);
    CHECK(persons.erasures == 1);
    CHECK(data.program == "0.1.0-test");
    CHECK(data.id == persons.id);
    std::vector<std::string> names;
    for (const auto& part : data.parts)
        names.push_back(part.name);
    CHECK(names == std::vector<std::string>{"erasures", "keyring", "objects", "edgeward.toml",
                                            "mappings/monitor_flat.toml", "policies/own.cedar", "store.db",
                                            "store.db-wal"});
}

TEST_CASE("backups made while the gateway takes in reports are sound", "[creation]") {
    Yard yard;
    std::atomic<bool> stop = false;
    std::thread busy([&] {
        for (int i = 0; !stop; ++i)
            yard.take_in(std::to_string(i % 50));
    });
    for (int i = 0; i < 8; ++i) {
        yard.create();
        const auto verified = verify_backup(yard.pair(), Yard::by_kek(), {yard.backups()});
        if (!verified) FAIL_CHECK(verified.error().message);
    }
    stop = true;
    busy.join();
}

TEST_CASE("a log that grows beyond its limit ends the backup and leaves nothing", "[creation]") {
    Yard yard;
    for (int i = 0; i < 20; ++i)
        yard.take_in(std::to_string(i));
    yard.settings.log_limit = 4096;
    const auto created = create_backup(yard.settings, yard.sources());
    REQUIRE_FALSE(created);
    CHECK(created.error().kind == ErrorKind::exhausted);
    CHECK(entries_in(yard.backups()) == 0);
}

TEST_CASE("a backup is given up when the gateway stops", "[creation]") {
    Yard yard;
    const std::atomic<bool> cancelled = true;
    auto sources = yard.sources();
    sources.cancelled = &cancelled;
    CHECK(create_backup(yard.settings, sources).error().kind == ErrorKind::unavailable);
    CHECK(entries_in(yard.backups()) == 0);
}

TEST_CASE("a folder or a recovery key that is not there is named", "[creation]") {
    Yard yard;
    yard.settings.recovery_key = yard.top() / "none.pem";
    CHECK(create_backup(yard.settings, yard.sources()).error().kind == ErrorKind::misconfigured);
    yard.settings.recovery_key = yard.configuration();
    CHECK(create_backup(yard.settings, yard.sources()).error().kind == ErrorKind::invalid_input);
    yard.settings.recovery_key.clear();
    yard.settings.folder = yard.top() / "none";
    CHECK(create_backup(yard.settings, yard.sources()).error().kind == ErrorKind::unavailable);
    yard.settings.folder = yard.backups();
    CHECK(create_backup(yard.settings, yard.sources()));
    CHECK_FALSE(yard.pair().data.for_recovery);
}

TEST_CASE("what a killed backup left is cleared away by the next", "[creation]") {
    Yard yard;
    write_text(yard.backups() / "20200101T000000Z-00000000.data.edgeward-backup.Ab12cD", "half");
    write_text(yard.backups() / "somebody-elses.Ab12cD", "kept");
    yard.create();
    CHECK(entries_in(yard.backups()) == 3);
    CHECK(std::filesystem::exists(yard.backups() / "somebody-elses.Ab12cD"));
}

}  // namespace
}  // namespace edgeward::backup
