#include "revival.hpp"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>

#include "yard.hpp"

namespace edgeward::backup {
namespace {

using Texts = std::vector<std::string>;

std::string octets_of(std::uint8_t number, const std::filesystem::path& data) {
    return text_of_path(store::objects_folder(data) / to_hex(Bytes(16, number)));
}

crypto::KeyRing ring_in(const std::filesystem::path& folder) {
    return must(crypto::KeyRing::unwrap(text_of_path(folder / "keyring"), kek_of(2)));
}

// Restored events that say what is missing.
std::vector<audit::Event> losses_in(const std::filesystem::path& folder) {
    store::StoreSettings settings;
    settings.folder = folder;
    auto store = must(store::open_store(settings, {}, ring_in(folder), system_clock()));
    std::vector<audit::Event> found;
    must(store.reader->export_audit(
        1, SIZE_MAX,
        [&](const audit::Record& record) {
            if (record.event.action == audit::Action::restored &&
                record.event.outcome == audit::Outcome::failure)
                found.push_back(record.event);
        },
        [](auto) {}));
    store.writer->stop();
    return found;
}

TEST_CASE("objects come back as they were", "[revival]") {
    Yard yard;
    yard.take_in("4711", yard.seal_object(1));
    yard.take_in("4712", yard.seal_object(2));
    yard.create();
    const auto before = octets_of(1, yard.data());
    yard.close();
    const auto restored = restore_backup(yard.request(yard.top() / "new"), system_clock());
    REQUIRE(restored);
    CHECK(restored->objects == 2);
    CHECK(restored->objects_lost == 0);
    CHECK(octets_of(1, yard.top() / "new") == before);
    CHECK(losses_in(yard.top() / "new").empty());
}

TEST_CASE("an object of somebody who was erased since does not come back", "[revival]") {
    Yard yard;
    const auto gone = yard.take_in("4711", yard.seal_object(1));
    yard.take_in("4712", yard.seal_object(2));
    yard.create();
    const auto old = yard.pair();
    REQUIRE(yard.vault->erase(gone));
    yard.create();
    auto request = yard.request(yard.top() / "new");
    request.pair = old;
    const auto restored = restore_backup(request, system_clock());
    REQUIRE(restored);
    CHECK(restored->forgotten == 1);
    CHECK(restored->objects == 1);
    CHECK(restored->objects_lost == 0);
    CHECK(entries_in(store::objects_folder(request.data_folder)) == 1);
}

TEST_CASE("a damaged copy is a reason to refuse unless it is accepted", "[revival]") {
    Yard yard;
    yard.take_in("4711", yard.seal_object(1));
    yard.take_in("4712", yard.seal_object(2));
    yard.create();
    auto request = yard.request(yard.top() / "new");
    SECTION("gone") {
        std::filesystem::remove(yard.copy_file(1));
    }
    SECTION("altered") {
        std::fstream out(yard.copy_file(1), std::ios::binary | std::ios::in | std::ios::out);
        out.seekp(1000);
        out.put('x');
    }
    const auto refused = restore_backup(request, system_clock());
    REQUIRE_FALSE(refused);
    CHECK(refused.error().message ==
          "restore the backup: 1 of 2 objects of the backup are damaged or gone; --accept-lost-objects "
          "restores the others");
    CHECK(entries_in(request.data_folder) == 0);
    request.accept_lost = true;
    const auto restored = restore_backup(request, system_clock());
    REQUIRE(restored);
    CHECK(restored->objects == 1);
    CHECK(restored->objects_lost == 1);
    const auto told = losses_in(request.data_folder);
    REQUIRE(told.size() == 1);
    CHECK(told[0].count == 1);
}

TEST_CASE("what the backup lacks is taken from the installation that is replaced", "[revival]") {
    Yard yard;
    yard.take_in("4711", yard.seal_object(1));
    yard.create();
    std::filesystem::remove(yard.copy_file(1));
    const auto before = octets_of(1, yard.data());
    auto request = yard.request(yard.data());
    request.replace = true;
    yard.close();
    const auto restored = restore_backup(request, system_clock());
    REQUIRE(restored);
    CHECK(restored->objects == 1);
    CHECK(octets_of(1, yard.data()) == before);
}

TEST_CASE("databases beside the two know what later backups and the replaced installation know",
          "[revival]") {
    Yard yard;
    yard.databases = {Words::side()};
    auto words = Words::open(yard.data(), yard.keys);
    Words::add(words, "first");
    Words::add(words, "!once");
    yard.create();
    auto request = yard.request(yard.top() / "new");
    const auto first_made = request.pair.data.made;
    SECTION("nothing is known of later") {
        const auto restored = restore_backup(request, system_clock());
        REQUIRE(restored);
        CHECK(restored->databases.at("words.db") == 1);
        CHECK(restored->databases_of == first_made);
        CHECK(Words::all(request.data_folder, ring_in(request.data_folder)) == Texts{"first"});
    }
    Words::add(words, "later");
    SECTION("a later backup") {
        yard.create();
        const auto restored = restore_backup(request, system_clock());
        REQUIRE(restored);
        CHECK(restored->databases_of > first_made);
        CHECK(Words::all(request.data_folder, ring_in(request.data_folder)) == Texts{"first", "later"});
    }
    SECTION("the installation that is replaced") {
        request.data_folder = yard.data();
        request.replace = true;
        yard.close();
        const auto restored = restore_backup(request, system_clock());
        REQUIRE(restored);
        CHECK(Words::all(yard.data(), ring_in(yard.data())) == Texts{"first", "later"});
        CHECK(std::filesystem::exists(restored->replaced / "words.db"));
    }
}

TEST_CASE("a database of another installation makes room", "[revival]") {
    Yard yard;
    yard.databases = {Words::side()};
    yard.create();
    auto request = yard.request(yard.top() / "new");
    request.replace = true;
    std::filesystem::create_directory(request.data_folder);
    {
        auto words = Words::open(request.data_folder, crypto::KeyRing::generate());
        Words::add(words, "others");
    }
    REQUIRE(restore_backup(request, system_clock()));
    CHECK(Words::all(request.data_folder, ring_in(request.data_folder)).empty());
}

}  // namespace
}  // namespace edgeward::backup
